import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

/// How a connection is set up: Hummingbird's HTTP/1.1 with the gateway's own guard in front.
struct GatewayChannel: ServerChildChannel {
  struct Connection: ServerChildChannelValue {
    let http: HTTP1Channel.Value
    let watch: CallerWatch

    var channel: any Channel { http.channel }
  }

  let configuration: GatewayConfiguration
  let responder: GatewayResponder
  let count: ConnectionCount

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Connection> {
    let admission = count.enter(channel)
    let watch = CallerWatch()
    return http1 { _, _, _ in }.setup(channel: channel, logger: logger).flatMapThrowing { value in
      let pipeline = channel.pipeline.syncOperations
      try pipeline.addHandler(ConnectionHolder(value), position: .first)
      switch admission {
      case .served:
        let connectionGuard = ConnectionGuard(configuration: configuration, watch: watch)
        let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
        try pipeline.addHandler(connectionGuard, position: .after(decoder))
        try pipeline.addHandler(ByteArrivals(connectionGuard), position: .first)
      case .shed:
        try pipeline.addHandler(SheddingHandler(lingerDeadline: configuration.lingerDeadline), position: .first)
      case .cut:
        channel.close(promise: nil)
      }
      return Connection(http: value, watch: watch)
    }
  }

  func handle(value: Connection, logger: Logger) async {
    await withTaskExecutorPreference(ConnectionExecutor(value.channel.eventLoop)) {
      await http1 { request, writer, channel in
        try await responder.respond(to: request, on: channel, watch: value.watch, with: writer)
      }.handle(value: value.http, logger: logger)
    }
  }

  private func http1(_ responder: @escaping HTTPChannelHandler.Responder) -> HTTP1Channel {
    // The deadlines are the guard's.
    HTTP1Channel(
      responder: responder,
      configuration: HTTP1Channel.Configuration(
        idleTimeout: nil,
        httpDecoderConfiguration: HTTP1Channel.Configuration.DecoderConfiguration(
          maxHeaderFieldSize: configuration.headLimit, maxHeaderListSize: configuration.headLimit,
          maxHeaderFieldCount: 256)))
  }
}
