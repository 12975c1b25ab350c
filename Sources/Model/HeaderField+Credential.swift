extension HeaderField {
  /// Parts of names that say that the value may be a credential.
  private static let credentialWords = ["auth", "cookie", "key", "password", "secret", "session", "token"].map {
    Array($0.utf8)
  }

  /// Whether a header of that name may carry a credential, or, as `Proxy` does, would become a variable that programs
  /// obey. No run sees such a header, and no trace keeps it.
  public static func mayBeCredential(_ name: String) -> Bool {
    // By bytes, because this is asked of every header of every request, and searching in strings is slow.
    let name = Array(name.lowercased().utf8)
    return name.elementsEqual("proxy".utf8)
      || credentialWords.contains { word in
        name.indices.dropLast(word.count - 1).contains { name[$0...].starts(with: word) }
      }
  }
}
