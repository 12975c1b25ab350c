import EventLoop
import Glibc
import Sandbox

/// The sandboxed process that makes a layer, while it goes on.
@LoopActor
final class LayerRun {
  /// Whether it was ended because its time was up.
  private(set) var isLate = false

  private let process: SandboxedProcess
  private let readers: [PipeReader]
  private var tasks: [LoopTask] = []
  private let timer = LoopTimer()
  private var failure: (any Error)?

  init(
    _ policy: SandboxPolicy, launcher: Launcher, timeout: Duration, log: @escaping @Sendable ([UInt8]) async -> Void,
    result: @escaping @Sendable ([UInt8]) async throws -> Void
  ) throws {
    let channels = try RunChannels(wholeInput: [], payload: nil)
    // It has nothing to ask of its host.
    close(channels.host)
    var rest = [channels.output, channels.errorOutput, channels.control]
    var opened: [PipeReader] = []
    do {
      while let next = rest.first {
        rest.removeFirst()
        opened.append(try PipeReader(adopting: next))
      }
    } catch {
      for reader in opened { reader.close() }
      for descriptor in rest + channels.forRun.all { close(descriptor) }
      throw error
    }
    do {
      process = try launcher.start(policy, channels.forRun)
    } catch {
      for reader in opened { reader.close() }
      throw error
    }
    readers = opened
    timer.start(after: timeout) { [weak self] in
      self?.isLate = true
      self?.kill()
    }
    for reader in readers.dropLast() {
      tasks.append(LoopTask { while let chunk = try? await reader.read() { await log(chunk) } })
    }
    let stream = opened[2]
    tasks.append(
      LoopTask { [weak self] in
        do {
          while let chunk = try await stream.read() { try await result(chunk) }
        } catch {
          self?.failure = error
          self?.kill()
        }
      })
  }

  func kill() { process.kill() }

  /// What became of it, and what the taker of its result threw; all that it wrote has been taken by then.
  func end() async -> (SandboxExit, (any Error)?) {
    let exit = await process.waitForExit()
    timer.stop()
    for task in tasks { await task.wait() }
    for reader in readers { reader.close() }
    return (exit, failure)
  }
}
