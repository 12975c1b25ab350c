import Model
import Records
import Testing

/// What the data of a collection declare of its records.
@Suite struct ClassReaderTests {
  private func faults(_ metadata: JSONValue) -> [String: String] {
    do {
      _ = try ClassDefinition(reading: metadata)
      return [:]
    } catch DataRefusal.invalid(let faults) {
      return Dictionary(faults.map { ($0.name ?? "", $0.text) }) { first, _ in first }
    } catch {
      return ["": "\(error)"]
    }
  }

  private func faults(ofField field: JSONValue) -> [String] {
    faults(["fields": [field]]).keys.sorted()
  }

  @Test func noFieldsAreNoDefinition() throws {
    #expect(try ClassDefinition(reading: ["id": "c"]) == nil)
    #expect(try ClassDefinition(reading: ["id": "c", "fields": .null, "calc_order": 1]) == nil)
    #expect(try ClassDefinition(reading: ["fields": []]) == ClassDefinition(fields: []))
  }

  @Test func allOfADeclarationIsRead() throws {
    let definition = try ClassDefinition(reading: [
      "id": ["type": "integer"], "calc_order": "declared",
      "fields": [
        ["name": "type", "type": "string", "required": false, "default": .null],
        ["name": "points", "type": "integer", "default": 0, "indexed": true, "label": "score"],
        ["name": "code", "type": "string", "unique": true, "required": true, "writable": false],
        ["name": "note", "type": "json", "hidden": true],
        ["name": "seen", "type": "datetime", "readonly": true],
        ["name": "state", "type": "string", "writable": ["hook": "hooks/may-write"]],
        [
          "name": "jar",
          "ref": [
            "class": "jar", "many": false, "inverse": "cookies", "on_target_delete": "cascade", "steal": "forbid",
          ],
        ],
        ["name": "friends", "ref": ["class": "cookie", "many": true]],
        ["name": "cnt", "calc": ["get": "hooks/cookie_count", "set": "set_cookie_count"]],
      ],
    ])
    let read = try #require(definition)
    #expect(read.identifiers == .integer && read.settersMayOverride)
    #expect(
      read.fields.map(\.name) == ["type", "points", "code", "note", "seen", "state", "jar", "friends", "cnt"])
    #expect(read.fields[0].defaultValue == .null && !read.fields[0].isRequired)
    #expect(read.fields[1].defaultValue == 0 && read.fields[1].isIndexed && read.fields[1].externalName == "score")
    #expect(read.fields[2].isUnique && read.fields[2].isIndexed && read.fields[2].isRequired)
    #expect(read.fields[2].writability == .never && read.fields[5].writability == .decided(by: "may-write"))
    #expect(read.fields[3].isHidden && read.fields[4].isReadOnly)
    #expect(
      read.fields[6].content
        == .reference(
          ReferenceRule(
            target: "jar", isMany: false, inverse: "cookies", onTargetDeletion: .cascade, mayDisplace: false)))
    #expect(read.fields[7].content == .reference(ReferenceRule(target: "cookie", isMany: true)))
    #expect(read.fields[8].content == .computed(ComputedRule(getter: "cookie_count", setter: "set_cookie_count")))
    #expect(read.field(labelled: "score")?.name == "points" && read.field(labelled: "points") == nil)
  }

  @Test func idsAreOfOneType() throws {
    #expect(try ClassDefinition(reading: ["id": "c", "id_type": "integer", "fields": []])?.identifiers == .integer)
    #expect(try ClassDefinition(reading: ["id": ["type": "string"], "fields": []])?.identifiers == .text)
    #expect(faults(["id": ["type": "uuid"], "fields": []]).keys.sorted() == ["data.id.type"])
    #expect(faults(["id": ["type": "integer", "start": 5], "fields": []]).keys.sorted() == ["data.id.start"])
    #expect(faults(["id_type": "number", "fields": []]).keys.sorted() == ["data.id_type"])
    #expect(
      faults(["id": ["type": "integer"], "id_type": "string", "fields": []]).keys.sorted() == ["data.id.type"])
  }

  @Test func whatIsWrongIsNamedWithItsPlace() {
    #expect(faults(["fields": "x"]).keys.sorted() == ["data.fields"])
    #expect(faults(["fields": ["x"]]).keys.sorted() == ["data.fields.0"])
    #expect(faults(["fields": [], "calc_order": "any"]).keys.sorted() == ["data.calc_order"])
    #expect(faults(["fields": .array((0...100).map { ["name": .string("f\($0)"), "type": "json"] })]).count == 1)
    #expect(faults(ofField: ["type": "string"]) == ["data.fields.0.name"])
    #expect(faults(ofField: ["name": "a"]) == ["data.fields.0"])
    #expect(faults(ofField: ["name": "a", "type": "string", "calc": ["get": "g"]]) == ["data.fields.0"])
    #expect(faults(ofField: ["name": "a", "type": "strng"]) == ["data.fields.0.type"])
    #expect(faults(ofField: ["name": "a", "type": "string", "requird": true]) == ["data.fields.0.requird"])
    #expect(faults(ofField: ["name": "a", "type": "string", "required": "yes"]) == ["data.fields.0.required"])
    let two: JSONValue = ["fields": [["name": "a", "type": "json"], ["name": "b", "ref": ["class": "../x"]]]]
    #expect(faults(two).keys.sorted() == ["data.fields.1.ref.class"])
    let text = faults(["fields": [["name": "a", "type": "strng"]]])["data.fields.0.type"]
    #expect(text?.contains("did you mean string?") == true)
  }

  @Test(arguments: ["", "1a", "_a", "a-b", "a.b", "id", "last_modified", "deleted", "schema", "ä", "a\u{0}"])
  func namesAreWords(_ name: String) {
    #expect(faults(ofField: ["name": .string(name), "type": "json"]) == ["data.fields.0.name"])
    #expect(faults(ofField: ["name": "a", "label": .string(name), "type": "json"]) == ["data.fields.0.label"])
  }

  @Test func namesAndLabelsAreUnique() {
    let pairs: [(JSONValue, JSONValue, String)] = [
      (["name": "a", "type": "json"], ["name": "a", "type": "json"], "name"),
      (["name": "a", "type": "json"], ["name": "b", "label": "a", "type": "json"], "label"),
      (["name": "a", "label": "b", "type": "json"], ["name": "b", "label": "a", "type": "json"], "name"),
      (["name": "a", "label": "c", "type": "json"], ["name": "b", "label": "c", "type": "json"], "label"),
    ]
    for (one, two, member) in pairs {
      #expect(faults(["fields": [one, two]]).keys.contains("data.fields.1.\(member)"))
    }
    #expect(faults(ofField: ["name": "a", "label": "a", "type": "json"]).isEmpty)
  }

  @Test func attributesDoNotContradict() {
    let cases: [(JSONValue, String)] = [
      (["name": "a", "type": "integer", "default": "1"], "default"),
      (["name": "a", "type": "datetime", "default": "yesterday"], "default"),
      (["name": "a", "type": "string", "required": true, "default": .null], "default"),
      (["name": "a", "type": "string", "unique": true, "default": "x"], "default"),
      (["name": "a", "type": "string", "unique": true, "indexed": false], "indexed"),
      (["name": "a", "type": "string", "readonly": true, "writable": ["hook": "h"]], "writable"),
      (["name": "a", "type": "string", "hidden": true, "label": "b"], "label"),
      (["name": "a", "ref": ["class": "c"], "default": "x"], "default"),
      (["name": "a", "ref": ["class": "c"], "indexed": true], "indexed"),
      (["name": "a", "ref": ["class": "c", "many": true], "unique": true], "unique"),
      (["name": "a", "ref": ["class": "c", "many": true], "required": true], "required"),
      (["name": "a", "ref": ["class": "c", "steal": "no"]], "ref.steal"),
      (["name": "a", "ref": ["class": "c", "on_target_delete": "drop"]], "ref.on_target_delete"),
      (["name": "a", "ref": ["class": "c", "inverse": "a b"]], "ref.inverse"),
      (["name": "a", "calc": ["get": "g"], "required": true], "required"),
      (["name": "a", "calc": ["get": "g"], "default": 1], "default"),
      (["name": "a", "calc": ["get": "g"], "unique": true], "unique"),
      (["name": "a", "calc": [:]], "calc.get"),
      (["name": "a", "calc": ["get": "../g"]], "calc.get"),
      (["name": "a", "type": "string", "writable": "hook"], "writable"),
      (["name": "a", "type": "string", "writable": ["hok": "h"]], "writable.hok"),
    ]
    for (field, place) in cases {
      #expect(faults(ofField: field).contains("data.fields.0.\(place)"), "\(field.serialized)")
    }
    #expect(faults(ofField: ["name": "a", "calc": ["get": "g"], "required": false]).isEmpty)
  }

  @Test func aClassThatIsStoredIsRead() async throws {
    let fixture = RecordFixture()
    try await fixture.put(.bucket())
    let made = try await fixture.put(.recordClass(), ["id": ["type": "integer"], "fields": []])
    #expect(made.data?["id"] == "c" && made.data?["id_type"] == "integer")
    let same = try await fixture.put(.recordClass(), made.data?.objectValue)
    #expect(same.data?["id_type"] == "integer")
    let other = try await fixture.change(.recordClass(), .merge(data: ["id": ["type": "string"]], lists: nil))
    #expect(other.data?["id_type"] == nil)
    await #expect(throws: DataRefusal.self) { try await fixture.put(.recordClass(), ["id": ["type": "integer"]]) }
    await #expect(throws: DataRefusal.self) { try await fixture.put(.recordClass(), ["fields": 1]) }
  }
}
