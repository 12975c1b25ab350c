import HummingbirdCore
import Identity
import Logging
import Model
import NIOCore
import NIOPosix
import Synchronization

/// The HTTP server: listens, answers, and ends in order.
public final class GatewayServer: Sendable {
  private let configuration: GatewayConfiguration
  private let services: GatewayServices
  private let server: Server<GatewayChannel>
  private let serving = Mutex<Task<Void, any Error>?>(nil)

  /// - Parameters:
  ///   - group: the threads that serve connections; by default those of the process.
  ///   - onListening: called once with the port that the server listens on.
  public init(
    configuration: GatewayConfiguration, services: GatewayServices,
    onListening: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
  ) {
    self.configuration = configuration
    self.services = services
    let channel = GatewayChannel(
      configuration: configuration,
      responder: GatewayResponder(services: services, configuration: configuration),
      count: ConnectionCount(most: configuration.connections))
    // The server's own words about connections are of no interest to an operator.
    var logger = services.logger
    logger.logLevel = max(logger.logLevel, .warning)
    let port = configuration.port
    server = Server(
      childChannelSetup: channel,
      configuration: ServerConfiguration(
        address: .hostname(configuration.host, port: port), backlog: 1024),
      onServerRunning: { channel in await onListening(channel.localAddress?.port ?? port) },
      eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: logger)
  }

  /// Serves until `shutDown`, or until the calling task is cancelled, which cuts all connections. To be called once.
  ///
  /// - Throws: `Problem` if the configuration cannot be used, or the address is taken or not this machine's.
  public func run() async throws {
    try configuration.validate(hasKeys: try await services.keys.hasKeys())
    let server = server
    let task = Task { try await server.run() }
    serving.withLock { $0 = task }
    do {
      try await withTaskCancellationHandler {
        try await task.value
      } onCancel: {
        task.cancel()
      }
    } catch  where !(error is CancellationError) {
      throw Problem(
        .unavailable, "cannot listen on \(configuration.host):\(configuration.port): \(error)", field: "listen",
        hint: "choose another address with --listen")
    }
  }

  /// Accepts no more connections, lets requests that are under way end for at most `grace`, and then cuts the rest.
  public func shutDown(within grace: Duration) async {
    let server = server
    let task = serving.withLock { $0 }
    let limit = Task {
      try await Task.sleep(for: grace)
      task?.cancel()
    }
    try? await server.shutdownGracefully()
    _ = await task?.result
    limit.cancel()
  }
}
