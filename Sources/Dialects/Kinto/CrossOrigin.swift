import HTTPTypes
import Model
import Records

/// What browsers ask before scripts of other origins may ask something.
enum CrossOrigin {
  static func answer(_ call: KintoCall, methods: [String]) -> KintoAnswer {
    guard call.headers[.origin] != nil else { return refusal("Origin", "Origin header is required") }
    guard let method = call.headers[KintoHeaders.requestMethod] else {
      return refusal("Access-Control-Request-Method", "Access-Control-Request-Method header is required")
    }
    guard method != "OPTIONS", methods.contains(method) else {
      return refusal("Access-Control-Request-Method", "\(method.prefix(20)) is not answered here")
    }
    var answer = KintoAnswer(200, body: Array("null".utf8))
    answer.headers[KintoHeaders.allowMethods] = methods.joined(separator: ", ")
    let asked = call.headers[KintoHeaders.requestHeaders].map { $0 + ", " } ?? ""
    answer.headers[KintoHeaders.allowHeaders] = asked + KintoHeaders.exposed
    answer.headers[KintoHeaders.maxAge] = "3600"
    return answer
  }

  private static func refusal(_ name: String, _ text: String) -> KintoAnswer {
    KintoError.invalid([DataFault(.header, name, text)])
  }
}
