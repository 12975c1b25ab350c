import HTTPTypes
import Model
import Records
import Store

/// Carries out requests within one state of the data side, and writes the answers.
struct KintoSession {
  let session: RecordSession
  let service: RecordService
  let configuration: KintoConfiguration

  var writer: AnswerWriter { AnswerWriter(service: service) }

  /// - Throws: `DataRefusal` and `Problem`; what a session throws to be run again goes through.
  func answer(_ request: KintoRequest) throws -> KintoAnswer {
    switch request.subject {
    case .answered(let answer): return answer
    case .root: return KintoAnswer(200, body: try root(request))
    case .heartbeat:
      return KintoAnswer(
        200, body: JSONValue.object(["storage": true, "permission": true, "cache": true]).serializedBytes)
    case .permissions: return try permissions(request)
    case .history(let bucket): return try history(of: bucket, request)
    case .flush:
      try session.flush()
      return KintoAnswer(202, body: Array("{}".utf8))
    case .data(let data): return try self.data(data, request)
    }
  }

  private func data(_ data: DataRequest, _ request: KintoRequest) throws -> KintoAnswer {
    let data = try resolved(data, request)
    let before = request.behaviour == .light ? try members(before: data) : nil
    var answer = try writer.answer(try session.perform(data), to: data, request, before: before)
    if request.call.isRead { try cache(&answer, data, request) }
    return answer
  }

  /// The request with the real name of the requester's own bucket, which is made.
  func resolved(_ data: DataRequest, _ request: KintoRequest) throws -> DataRequest {
    guard request.isInDefaultBucket else { return data }
    guard let user = request.requester.user else { throw DataRefusal.unauthenticated }
    var data = data
    if data.target.kind == .bucket, data.action == .put {
      data.target.name = service.configuration.personalBucket(user)
      return data
    }
    let real = try session.defaultBucket(holding: request.impliedClass)
    if data.target.kind == .bucket { data.target.name = real } else { data.target.bucket = real }
    return data
  }

  private func members(before data: DataRequest) throws -> JSONValue? {
    do {
      guard case .object(let object, _) = try session.perform(DataRequest(.read, data.target)).content else {
        return nil
      }
      return try JSONReader.read(object.data)
    } catch is DataRefusal {
      // The request itself will be told why.
      return nil
    }
  }

  // Caching

  /// What everybody may read may be kept by caches, where its class says for how long.
  private func cache(_ answer: inout KintoAnswer, _ data: DataRequest, _ request: KintoRequest) throws {
    guard request.requester.user == nil, data.target.kind == .record, let seconds = try cacheSeconds(data.target) else {
      answer.headers[.cacheControl] = KintoHeaders.uncached
      return
    }
    answer.headers[.cacheControl] =
      seconds > 0 ? "max-age=\(seconds)" : "max-age=0, must-revalidate, no-cache, no-store"
    let now = configuration.clock.now.microseconds / 1000
    answer.headers[.expires] = DateText.http(milliseconds: now + seconds * 1000)
    if seconds == 0 { answer.headers[KintoHeaders.pragma] = "no-cache" }
  }

  private func cacheSeconds(_ target: DataTarget) throws -> Int64? {
    do {
      let place = DataTarget(.recordClass, bucket: target.bucket, name: target.recordClass)
      guard case .object(let object, _) = try session.perform(DataRequest(.read, place)).content,
        object.data.contains(Self.cacheMember)
      else { return nil }
      return try JSONReader.read(object.data)["cache_expires"]?.intValue.map { min(max($0, 0), 31_536_000) }
    } catch is DataRefusal {
      return nil
    }
  }

  private static let cacheMember = Array("\"cache_expires\"".utf8)
}
