import Model

/// Classes as people read them.
enum ClassText {
  static func describe(_ data: JSONValue, _ console: Console) -> String {
    var list = FieldList()
    list.add("class", RecordText.id(data))
    list.add("ids", data["id_type"]?.stringValue == "integer" ? "numbers, by the server" : "text")
    if data["schema"] != nil { list.add("schema", "one of its own, see --json") }
    guard let fields = data["fields"]?.arrayValue else {
      list.add("fields", "any")
      return list.text(console)
    }
    var table = Table("FIELD", "IS", "NOTES")
    for field in fields {
      table.append(.init(field["name"]?.stringValue ?? "-"), .init(kind(field)), .init(notes(field)))
    }
    return list.text(console) + "\n\n" + table.text(console, empty: "no fields: records are empty")
  }

  private static func kind(_ field: JSONValue) -> String {
    if let reference = field["ref"] {
      return (reference["many"] == true ? "many of " : "one of ") + (reference["class"]?.stringValue ?? "?")
    }
    if let computed = field["calc"] { return "computed by \(computed["get"]?.stringValue ?? "?")" }
    return field["type"]?.stringValue ?? "?"
  }

  private static func notes(_ field: JSONValue) -> String {
    var notes = ["required", "unique", "indexed", "readonly", "hidden"].filter { field[$0] == true }
    if let label = field["label"]?.stringValue { notes.append("shown as \(label)") }
    if let value = field["default"] { notes.append("default \(value.serialized)") }
    if field["writable"] == false { notes.append("written once") }
    if let hook = field["writable"]?["hook"]?.stringValue { notes.append("writable as \(hook) says") }
    return notes.joined(separator: ", ")
  }
}
