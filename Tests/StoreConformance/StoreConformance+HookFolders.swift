import Model
import Store

extension StoreConformance {
  static let hookFolderCases: [StoreConformanceCase] = [
    StoreConformanceCase("what the folder has counts only when it has changed") { fixture in
      let take = { (digit: Character, second: Int) in
        try await fixture.store.hooks.deployFromFolder(
          fixture.deployment(bundle: digit, origin: .folder), at: fixture.time(second))
      }
      let first = try await take("a", 0)
      try expect(first.changed, "a new hook is a change")
      try expectEqual(first.hook?.isInFolder, true)
      try expectEqual(first.hook?.version.origin, .folder)
      try expectEqual(try await fixture.store.hooks.folderNames(instance: fixture.instance.id), ["hello"])
      // Somebody deploys, and it stays.
      let api = try await fixture.store.hooks.deploy([fixture.deployment(bundle: "b")], at: fixture.time(1))[0].hook
      try expectEqual(api.isInFolder, true)
      let pinned = try await take("a", 2)
      try expect(!pinned.changed, "the folder has what it had")
      try expectEqual(pinned.hook, api)
      // Another content is news, be it one that an earlier version had.
      try expectEqual(try await take("c", 3).hook?.version.number, 3)
      let back = try await take("a", 4)
      try expectEqual(back.hook?.version.number, 4)
      // Rolled back, and it stays.
      let hook = try await fixture.store.hooks.activate(
        api.id, number: 2, expected: nil, by: "key:1", at: fixture.time(5))
      try expectEqual(try await take("a", 6).hook, hook)
      // The folder has now what is active: that is no new version.
      let agreed = try await take("b", 7)
      try expect(!agreed.changed, "it is what runs")
      try expectEqual(agreed.hook?.version.number, 2)
    },
    StoreConformanceCase("what a new compiler makes of the same files takes no pinned version's place") { fixture in
      let take = { (digit: Character, layer: String, second: Int) in
        var deployment = fixture.deployment(bundle: digit, origin: .folder)
        deployment.definition.layers = HookLayers(prepared: layer)
        return try await fixture.store.hooks.deployFromFolder(deployment, at: fixture.time(second))
      }
      _ = try await take("a", "old", 0)
      let second = try await take("b", "old", 1)
      guard let hook = second.hook else { return try expect(false, "a new hook is there") }
      // The folder's own version follows its compiler.
      let third = try await take("b", "new", 2)
      try expectEqual(third.hook?.version.number, 3)
      try expectEqual(third.hook?.version.definition.layers?.prepared, "new")
      for number in [Int64(1), 2] {
        let pinned = try await fixture.store.hooks.activate(
          hook.id, number: number, expected: nil, by: "key:1", at: fixture.time(3))
        for layer in ["new", "newer", "new"] {
          let again = try await take("b", layer, 4)
          try expect(!again.changed, "version \(number) is pinned")
          try expectEqual(again.hook, pinned)
        }
      }
      let changed = try await take("c", "newer", 5)
      try expectEqual(changed.hook?.version.number, 4)
      // Removed, it does not come back for a compiler's sake either.
      _ = try await fixture.store.hooks.remove(hook.id, at: fixture.time(6))
      try expectEqual(try await take("c", "newest", 7).hook, nil)
      try expectEqual(try await take("d", "newest", 8).hook?.version.number, 1)
    },
    StoreConformanceCase("a hook that was removed or renamed does not come back before the folder changes") { fixture in
      let take = { (digit: Character, second: Int) in
        try await fixture.store.hooks.deployFromFolder(
          fixture.deployment(bundle: digit, origin: .folder), at: fixture.time(second))
      }
      let first = try await take("a", 0)
      guard let hook = first.hook else { return try expect(false, "a new hook is there") }
      let renamed = try await fixture.store.hooks.update(
        hook.id, enabled: nil, name: "other", expected: nil, by: "key:1", at: fixture.time(1))
      try expectEqual(renamed.isInFolder, false)
      let pinned = try await take("a", 2)
      try expectEqual(pinned.hook, nil)
      try expect(!pinned.changed, "nothing is deployed")
      let second = try await take("b", 3)
      try expect(second.hook != nil && second.hook?.id != hook.id, "a change makes another hook of the old name")
      _ = try await fixture.store.hooks.remove(second.hook?.id ?? hook.id, by: "key:1", at: fixture.time(4))
      try expectEqual(try await take("b", 5).hook, nil)
      try expectEqual(try await take("a", 6).hook?.version.number, 1)
    },
    StoreConformanceCase("what is gone from the folder takes along what came from it, and nothing else") { fixture in
      for name in ["mine", "theirs"] {
        _ = try await fixture.store.hooks.deployFromFolder(
          fixture.deployment(name, origin: .folder), at: fixture.start)
      }
      _ = try await fixture.store.hooks.deploy([fixture.deployment("theirs", bundle: "b")], at: fixture.time(1))
      _ = try await fixture.store.hooks.deploy([fixture.deployment("never")], at: fixture.time(1))
      let drop = { (name: String) in
        try await fixture.store.hooks.removeFromFolder(
          instance: fixture.instance.id, name: name, at: fixture.time(2))
      }
      try expect(try await drop("mine"), "it came from the folder")
      try expect(!(try await drop("theirs")), "its active version did not")
      try expect(!(try await drop("never")), "it was never there")
      try expect(!(try await drop("mine")), "it is removed once")
      try expectEqual(try await fixture.store.hooks.folderNames(instance: fixture.instance.id), [])
      let left = try await fixture.store.hooks.list(instance: fixture.instance.id)
      try expectEqual(left.map(\.name), ["never", "theirs"])
      try expectEqual(left.map(\.isInFolder), [false, false])
      // Files that come again are a change, whatever they are.
      try expectEqual(
        try await fixture.store.hooks.deployFromFolder(fixture.deployment("mine", origin: .folder), at: fixture.time(3))
          .changed, true)
      let events = try await fixture.store.events.list(
        EventFilter(instance: fixture.instance.id, kind: "hook.removed"), limit: 9)
      try expectEqual(events.map(\.actor), ["folder"])
    },
  ]
}
