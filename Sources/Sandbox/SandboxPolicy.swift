public import Model

/// What one run is and may do, in full. The launcher enforces it; nothing that is not said here is granted.
public struct SandboxPolicy: Hashable, Sendable {
  /// The program's argument vector. The first is the program's absolute path inside the sandbox.
  public var arguments: [String]
  /// The whole environment.
  public var environment: [String: String]
  /// An absolute path inside the sandbox.
  public var workingDirectory: String
  /// The name of the bundle that is mounted on `/hook`, 64 lower-case hexadecimal digits; without one `/hook` is empty.
  public var bundle: String?
  /// The layer that is mounted on `/layer`, named like a bundle; without one that folder is empty.
  public var layer: String?
  /// The layer that is mounted on `/dependencies`, the same way.
  public var dependencies: String?
  /// The runtime of which a process that is kept ready may serve; without one, or where none is ready, the program is
  /// executed. Such a process is given the last of the arguments, the environment and the folder.
  public var warmRuntime: String?
  /// Decides the user id that the run has outside, from 1.
  public var instanceSerial: Int64
  public var network: NetworkAccess
  /// Of all its processes together, files in `/tmp` included.
  public var memory: ByteSize
  /// Processors' worth of time.
  public var cpu: Double
  /// Processes and threads at once.
  public var processes: Int
  /// Bytes in `/tmp`.
  public var disk: ByteSize
  /// Files and folders in `/tmp`.
  public var files: Int
  /// Open files of each process.
  public var openFiles: Int

  public init(
    arguments: [String], environment: [String: String] = [:], workingDirectory: String = "/hook",
    bundle: String? = nil, layer: String? = nil, dependencies: String? = nil, warmRuntime: String? = nil,
    instanceSerial: Int64 = 1,
    network: NetworkAccess = .none,
    memory: ByteSize = .mebibytes(256), cpu: Double = 1, processes: Int = 64, disk: ByteSize = .mebibytes(64),
    files: Int = 1024, openFiles: Int = 1024
  ) {
    self.arguments = arguments
    self.environment = environment
    self.workingDirectory = workingDirectory
    self.bundle = bundle
    self.layer = layer
    self.dependencies = dependencies
    self.warmRuntime = warmRuntime
    self.instanceSerial = instanceSerial
    self.network = network
    self.memory = memory
    self.cpu = cpu
    self.processes = processes
    self.disk = disk
    self.files = files
    self.openFiles = openFiles
  }
}
