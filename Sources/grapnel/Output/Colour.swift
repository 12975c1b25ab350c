import Model

/// A colour of the terminal, by its SGR number.
enum Colour: Int {
  case red = 31
  case green = 32
  case yellow = 33
  case cyan = 36
}

extension Colour {
  init(_ status: RunStatus) {
    switch status {
    case .succeeded: self = .green
    case .queued, .starting, .running: self = .cyan
    case .cancelled, .blocked: self = .yellow
    case .failed, .timedOut, .limited, .lost: self = .red
    }
  }

  init?(_ level: LogEntry.Level) {
    switch level {
    case .error: self = .red
    case .warning: self = .yellow
    case .debug: self = .cyan
    case .info: return nil
    }
  }
}
