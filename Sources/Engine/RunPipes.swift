import EventLoop
import Glibc
import Sandbox

/// The host's ends of a run's channels, each with what reads or writes it.
@LoopActor
struct RunPipes {
  /// `nil` where the whole standard input was put into the pipe before the start.
  let input: PipeWriter?
  let output: PipeReader
  let errorOutput: PipeReader
  let control: ControlPipe
  let host: HostChannel

  /// Takes over the host's ends, and closes all ends, the run's too, when it throws.
  init(adopting channels: RunChannels, onControl: @escaping @LoopActor () -> Void) throws {
    var opened: [@LoopActor () -> Void] = []
    // Each of these closes its own descriptor when it throws.
    var rest: [Int32] = []
    do {
      rest =
        [channels.output, channels.errorOutput, channels.control, channels.host] + (channels.input.map { [$0] } ?? [])
      output = try PipeReader(adopting: rest.removeFirst())
      opened.append(output.close)
      errorOutput = try PipeReader(adopting: rest.removeFirst())
      opened.append(errorOutput.close)
      control = try ControlPipe(adopting: rest.removeFirst(), onData: onControl)
      opened.append(control.close)
      host = try HostChannel(adopting: rest.removeFirst())
      opened.append(host.close)
      input = rest.isEmpty ? nil : try PipeWriter(adopting: rest.removeFirst())
    } catch {
      for close in opened { close() }
      for descriptor in rest + channels.forRun.all { Glibc.close(descriptor) }
      throw error
    }
  }

  func close() {
    input?.close()
    output.close()
    errorOutput.close()
    control.close()
    host.close()
  }
}
