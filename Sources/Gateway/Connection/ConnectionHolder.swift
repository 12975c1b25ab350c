import HummingbirdCore
import NIOCore

/// Keeps what a connection is answered through until the connection is closed.
///
/// A connection that is accepted while the server stops listening is set up and then handed to nobody; SwiftNIO traps
/// when its writer is let go before the connection has ended.
final class ConnectionHolder: ChannelInboundHandler {
  typealias InboundIn = Any

  private var connection: HTTP1Channel.Value?

  init(_ connection: HTTP1Channel.Value) {
    self.connection = connection
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    let held = connection
    connection = nil
    // After the last handler has gone, which ends the writer.
    context.eventLoop.assumeIsolated().execute { withExtendedLifetime(held) {} }
  }
}
