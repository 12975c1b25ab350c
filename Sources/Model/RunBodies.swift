/// The large parts of a trace, stored apart from it and capped; a flag says where the cap cut.
public struct RunBodies: Hashable, Sendable {
  /// What the hook was given as its native object; needed to replay it.
  public var payload: JSONValue?
  /// The request's body as far as it is kept: whole for an asynchronous run, up to a cap for others.
  public var input: [UInt8]
  public var isInputCut: Bool
  public var output: [UInt8]
  public var isOutputCut: Bool
  public var errorOutput: [UInt8]
  public var isErrorOutputCut: Bool
  /// What a handler returned, or the hook set as its result.
  public var result: JSONValue?
  public var response: RunResponse?

  public init(
    payload: JSONValue? = nil, input: [UInt8] = [], isInputCut: Bool = false, output: [UInt8] = [],
    isOutputCut: Bool = false, errorOutput: [UInt8] = [], isErrorOutputCut: Bool = false, result: JSONValue? = nil,
    response: RunResponse? = nil
  ) {
    self.payload = payload
    self.input = input
    self.isInputCut = isInputCut
    self.output = output
    self.isOutputCut = isOutputCut
    self.errorOutput = errorOutput
    self.isErrorOutputCut = isErrorOutputCut
    self.result = result
    self.response = response
  }
}
