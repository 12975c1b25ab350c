import CSandbox
import Model

extension SandboxExit {
  init(_ packet: gs_exit) {
    var breaches: Set<Breach> = []
    if packet.breaches & UInt32(GS_BREACH_MEMORY) != 0 { breaches.insert(.memory) }
    if packet.breaches & UInt32(GS_BREACH_PROCESSES) != 0 { breaches.insert(.processes) }
    if packet.breaches & UInt32(GS_BREACH_DISK) != 0 { breaches.insert(.disk) }
    if packet.breaches & UInt32(GS_BREACH_FILES) != 0 { breaches.insert(.files) }
    let ending: Ending =
      switch packet.ending {
      case UInt32(GS_ENDING_EXITED): .exited(packet.code)
      case UInt32(GS_ENDING_SIGNALLED): .signalled(packet.code)
      default: .failedToStart(step: String(cString: gs_step_name(packet.step)), errno: packet.error)
      }
    let start: StartMode =
      switch packet.start {
      case UInt32(GS_START_FORK): .fork
      case UInt32(GS_START_SPARE): .spare
      default: .exec
      }
    self.init(
      ending: ending, cpuMicroseconds: packet.cpu_us, peakMemoryBytes: packet.peak_memory, breaches: breaches,
      start: start)
  }

  /// The launcher would not have the request.
  init(_ packet: gs_refused) {
    self.init(
      ending: .failedToStart(step: String(cString: gs_step_name(UInt32(GS_STEP_REQUEST))), errno: packet.error)
    )
  }
}
