import GRDB

/// Numbers for `IN`, in one of few forms, so that few statements are kept prepared.
struct NumberList {
  let sql: String
  let arguments: [(any DatabaseValueConvertible)?]

  init(_ numbers: [Int64]) {
    guard let last = numbers.last, numbers.count <= 32 else {
      sql = "(SELECT value FROM json_each(?))"
      arguments = ["[\(numbers.map(String.init).joined(separator: ","))]"]
      return
    }
    var places = 1
    while places < numbers.count { places *= 2 }
    sql = "(\(Array(repeating: "?", count: places).joined(separator: ", ")))"
    arguments = numbers + Array(repeating: last, count: places - numbers.count)
  }
}
