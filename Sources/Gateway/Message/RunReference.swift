import Model

/// The run that an answer belongs to, as its header says.
struct RunReference: Sendable {
  var run: ID<Run>?
  var traceparent: String?

  var headers: [HeaderField] {
    var headers: [HeaderField] = []
    if let run { headers.append(HeaderField(name: "Grapnel-Run", value: run.text)) }
    if let traceparent { headers.append(HeaderField(name: "traceparent", value: traceparent)) }
    return headers
  }
}
