import GRDB
import Model

extension Problem {
  /// What an error of the database means for whoever asked; other errors, `Problem`s among them, stay what they are.
  static func describing(_ error: any Error) -> any Error {
    guard let error = error as? DatabaseError else { return error }
    let detail = error.message ?? "code \(error.extendedResultCode.rawValue)"
    switch error.extendedResultCode {
    case .SQLITE_CONSTRAINT_FOREIGNKEY, .SQLITE_CONSTRAINT_TRIGGER:
      return Problem(.notFound, "it refers to something that does not exist")
    case .SQLITE_CONSTRAINT_UNIQUE, .SQLITE_CONSTRAINT_PRIMARYKEY, .SQLITE_CONSTRAINT_ROWID:
      return Problem(.conflict, "it exists already", rule: detail)
    default: break
    }
    switch error.resultCode {
    case .SQLITE_FULL:
      return Problem(
        .unavailable, "the disk that holds the store is full", hint: "free some space; nothing was changed")
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      return Problem(.unavailable, "another process holds the store", retryAfterSeconds: 1)
    case .SQLITE_IOERR, .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM:
      return Problem(
        .unavailable, "the store cannot be read or written: \(detail)", hint: "look at the disk and its mount")
    case .SQLITE_TOOBIG:
      return Problem(.tooLarge, "it is larger than the store can keep")
    case .SQLITE_CORRUPT, .SQLITE_NOTADB:
      return Problem(.internal, "the store's file is damaged: \(detail)", hint: "restore it from a backup")
    case .SQLITE_MISUSE where detail == "Connection is closed":
      return storeIsClosed
    default:
      return Problem(.internal, "the store failed: \(detail)")
    }
  }

  static let storeIsClosed = Problem(.unavailable, "the store is closed")

  /// - Throws: `Problem` `invalid` with field `limit` unless it is 1 to `most`.
  static func validateLimit(_ limit: Int, most: Int = 1000) throws {
    guard (1...most).contains(limit) else {
      throw Problem(.invalid, "the limit cannot be used", field: "limit", rule: "a whole number from 1 to \(most)")
    }
  }
}
