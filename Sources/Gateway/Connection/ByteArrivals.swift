import NIOCore

/// Tells the connection's guard how many bytes arrive; stands before the HTTP decoder.
final class ByteArrivals: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  private let connectionGuard: ConnectionGuard

  init(_ connectionGuard: ConnectionGuard) {
    self.connectionGuard = connectionGuard
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard connectionGuard.bytesArrive(unwrapInboundIn(data).readableBytes) else { return }
    context.fireChannelRead(data)
    connectionGuard.bytesWereDecoded()
  }
}
