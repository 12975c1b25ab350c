import HummingbirdCore
import Identity
import Logging
import Model
import NIOCore
import NIOPosix
import Telemetry

/// The HTTP server: listens, answers, and ends in order.
public final class GatewayServer: Sendable {
  private let configuration: GatewayConfiguration
  private let services: GatewayServices
  private let server: Server<GatewayChannel>
  private let connections: ConnectionCount

  /// - Parameters:
  ///   - group: the threads that serve connections; by default those of the process.
  ///   - onListening: called once with the port that the server listens on.
  public init(
    configuration: GatewayConfiguration, services: GatewayServices,
    onListening: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
  ) {
    self.configuration = configuration
    self.services = services
    let connections = ConnectionCount(most: configuration.connections)
    self.connections = connections
    services.metrics.addSource { [MetricSample("grapnel_http_connections", Double(connections.served))] }
    let channel = GatewayChannel(
      configuration: configuration,
      responder: GatewayResponder(services: services, configuration: configuration),
      count: connections)
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
    do {
      // In a task of its own: cancelling the accepting task itself would drop connections that are just being set up.
      let server = server
      let task = Task { try await server.run() }
      try await withTaskCancellationHandler {
        try await task.value
      } onCancel: {
        Task { await self.shutDown(within: .zero) }
      }
    } catch {
      throw Problem(
        .unavailable, "cannot listen on \(configuration.host):\(configuration.port): \(error)", field: "listen",
        hint: "choose another address with --listen")
    }
  }

  /// Accepts no more connections, lets requests that are under way end for at most `grace`, and then cuts the rest.
  /// Returns when all connections are closed.
  public func shutDown(within grace: Duration) async {
    let connections = connections
    let limit = Task {
      try await Task.sleep(for: grace)
      connections.cutAll()
    }
    try? await server.shutdownGracefully()
    limit.cancel()
  }
}
