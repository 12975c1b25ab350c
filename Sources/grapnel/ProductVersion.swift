/// The version of this build, as `grapnel version` and the root command's `--version` print it.
enum ProductVersion {
  static let text = "0.1.0"
}
