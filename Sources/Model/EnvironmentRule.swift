/// Which environment variables a hook may set itself: none that would change what the loader, an interpreter or a
/// shell does before the hook's own code runs, and none that the host sets.
public enum EnvironmentRule {
  /// The longest value, in UTF-8 bytes.
  public static let maximumValue = 32 << 10
  public static let maximumName = 128
  /// The shortest secret, in UTF-8 bytes: masking a shorter one would blot out ordinary text.
  public static let minimumSecret = 4
  /// All secrets of one run together, in UTF-8 bytes.
  public static let maximumSecrets = 128 << 10
  /// How many secrets a hook may name.
  public static let mostSecrets = 64
  /// The longest `config`, in bytes of JSON: it travels in one variable.
  public static let maximumConfig = 96 << 10

  private static let reservedPrefixes = [
    "GRAPNEL_", "HOOK_", "PARAM_", "HTTP_", "LD_", "PYTHON", "NODE_", "PERL5", "RUBY", "BASH_", "LUA_", "MALLOC_",
    "PHP_", "PERL_", "GLIBC_", "GCONV_", "NPM_CONFIG_", "JAVA_TOOL_", "JDK_JAVA_",
  ]

  private static let reservedNames: Set<String> = [
    "PATH", "HOME", "TMPDIR", "IFS", "ENV", "SHELLOPTS", "BASHOPTS", "PS4", "PROMPT_COMMAND", "CDPATH", "GLOBIGNORE",
    "PERLLIB", "PHPRC", "_JAVA_OPTIONS", "CLASSPATH", "LOCPATH", "NLSPATH", "HOSTALIASES", "OPENSSL_CONF",
    "OPENSSL_MODULES", "REQUEST_METHOD", "QUERY_STRING", "PATH_INFO", "CONTENT_TYPE", "CONTENT_LENGTH", "REMOTE_ADDR",
    "TRACEPARENT",
  ]

  /// Why `name` cannot be set; `nil` if it can.
  public static func objection(to name: String) -> String? {
    let isWord = name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
      default: false
      }
    }
    guard isWord, (1...maximumName).contains(name.utf8.count), name.first?.isNumber == false else {
      return "1 to \(maximumName) letters, digits and _, the first no digit"
    }
    guard !reservedNames.contains(name) else { return "\(name) is set by the host or read by interpreters" }
    guard let prefix = reservedPrefixes.first(where: name.hasPrefix) else { return nil }
    return "names that begin with \(prefix) are set by the host or read by interpreters"
  }
}
