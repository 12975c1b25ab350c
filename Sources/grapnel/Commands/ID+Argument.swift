public import ArgumentParser
public import Model

extension ID: ExpressibleByArgument {
  public init?(argument: String) {
    self.init(argument.lowercased())
  }
}
