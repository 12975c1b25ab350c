import Model

/// Layers on disk, each in a folder named by the hash of all that it was made from, so that what is needed by several
/// hooks is made and kept once, and what is there is never changed.
///
/// Calls do file I/O on the thread that makes them: keep them off the event loop. One server owns the folder.
public final class LayerStore: Sendable {
  public let folder: String
  private let folders: HashedFolders

  /// Opens the folder, making it where it is missing, and clears away what a crash left half-written.
  ///
  /// - Throws: `Problem` with code `unavailable`.
  public init(folder: String) throws {
    self.folder = folder
    do {
      folders = try HashedFolders(path: folder)
    } catch {
      throw error.problem
    }
  }

  public func contains(_ name: String) -> Bool { folders.contains(name) }

  /// The names of all layers, sorted.
  public func names() throws -> [String] {
    do {
      return try folders.hashes()
    } catch {
      throw error.problem
    }
  }

  /// Removes the layers that nothing refers to, and returns their names. What was asked for since the collection before
  /// this one stays, since a deployment may be on its way to the store.
  ///
  /// - Parameter keeping: the names that are in use.
  public func collectGarbage(keeping: Set<String>) throws -> [String] {
    do {
      return try folders.collectGarbage(keeping: keeping)
    } catch let failure as SystemFailure {
      throw failure.problem
    }
  }

  /// Whether it is there; if so or not, the next collection keeps it.
  func claim(_ name: String) throws -> Bool {
    do {
      return try folders.claim(name)
    } catch {
      throw error.problem
    }
  }

  func draft(_ name: String, of step: LayerStep) throws -> LayerDraft {
    do {
      return try LayerDraft(folders, key: name, step: step)
    } catch {
      throw error.problem
    }
  }
}
