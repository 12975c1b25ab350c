import Model
import NIOCore

/// Answers 503 to whoever connects, whatever they ask, and ends the connection; stands before everything else.
final class SheddingHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let lingerDeadline: Duration
  private var isDone = false

  init(lingerDeadline: Duration) {
    self.lingerDeadline = lingerDeadline
  }

  func channelActive(context: ChannelHandlerContext) {
    context.fireChannelActive()
    shed(context)
  }

  func handlerAdded(context: ChannelHandlerContext) {
    if context.channel.isActive { shed(context) }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {}

  private func shed(_ context: ChannelHandlerContext) {
    guard !isDone else { return }
    isDone = true
    let problem = Problem(.unavailable, "the server has too many connections", retryAfterSeconds: 1)
    let body = ProblemResource(error: problem).json
    var answer = ByteBuffer()
    answer.writeString("HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\n")
    answer.writeString("Content-Length: \(body.count)\r\nRetry-After: 1\r\nConnection: close\r\n\r\n")
    answer.writeBytes(body)
    context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
    context.close(mode: .output, promise: nil)
    let channel = context.channel
    context.eventLoop.scheduleTask(in: TimeAmount(lingerDeadline)) { channel.close(promise: nil) }
  }
}
