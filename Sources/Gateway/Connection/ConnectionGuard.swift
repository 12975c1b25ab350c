import Model
import NIOCore
import NIOHTTP1

/// Holds a connection to the deadlines and bounds of the configuration, and says when its client goes.
///
/// It stands right after the HTTP decoder and encoder. Slow clients cost a timer here and a suspended task, no thread.
final class ConnectionGuard: ChannelDuplexHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  /// What is expected from the client next.
  private enum Phase {
    /// A new request, some time.
    case idle
    /// The rest of a head.
    case head
    /// The rest of a body.
    case body
    /// The rest of a body that nobody reads any more, for a short while.
    case draining
    /// Nothing: the connection is being ended.
    case ending
  }

  /// A request whose answer has not been written to its end.
  private struct Owed {
    var isOldHTTP: Bool
    var endsConnection: Bool
    var awaitsContinue: Bool
  }

  private let configuration: GatewayConfiguration
  private let watch: CallerWatch
  private var context: ChannelHandlerContext?
  private var phase = Phase.head
  private var owed: [Owed] = []
  private var isAnswering = false
  private var isQuiescing = false
  private var headBytes = 0
  private var window = BodyWindow()
  private var readTimer: Scheduled<Void>?
  private var writeTimer: Scheduled<Void>?

  init(configuration: GatewayConfiguration, watch: CallerWatch) {
    self.configuration = configuration
    self.watch = watch
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    let eventLoop = context.eventLoop
    watch.onAskForBody { eventLoop.execute { bound.value.sendContinue() } }
    armReadTimer(configuration.headDeadline)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    readTimer?.cancel()
    writeTimer?.cancel()
    self.context = nil
    watch.onAskForBody(nil)
    watch.clientWent()
  }

  func channelInactive(context: ChannelHandlerContext) {
    readTimer?.cancel()
    writeTimer?.cancel()
    watch.clientWent()
    context.fireChannelInactive()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch event {
    case ChannelEvent.inputClosed:
      watch.clientWent()
      context.fireUserInboundEventTriggered(event)
    case is ChannelShouldQuiesceEvent:
      isQuiescing = true
      watch.serverEnds()
      if owed.isEmpty { endConnection(context) }
    default:
      context.fireUserInboundEventTriggered(event)
    }
  }

  // MARK: - What comes in

  /// - Returns: false for bytes that are of no interest any more.
  func bytesArrive(_ count: Int) -> Bool {
    switch phase {
    case .ending: return false
    case .idle:
      phase = .head
      headBytes = count
      armReadTimer(configuration.headDeadline)
    case .head: headBytes += count
    case .body: window.received(count, at: .now())
    case .draining: break
    }
    return true
  }

  func bytesWereDecoded() {
    guard phase == .head, headBytes > configuration.headLimit, let context else { return }
    refuse(
      context, .requestHeaderFieldsTooLarge,
      Problem(.tooLarge, "the request's head is too large", rule: "at most \(configuration.headLimit) bytes"))
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard phase != .ending else { return }
    switch unwrapInboundIn(data) {
    case .head(let head):
      headBytes = 0
      phase = .body
      let awaitsContinue = head.headers.first(name: "expect")?.lowercased() == "100-continue"
      owed.append(
        Owed(
          isOldHTTP: head.version != .http1_1, endsConnection: !head.isKeepAlive || isQuiescing,
          awaitsContinue: awaitsContinue && head.version == .http1_1))
      window = BodyWindow(isReading: window.isReading)
      armReadTimer(configuration.bodyDeadline)
    case .body: break
    case .end:
      watch.requestWasRead()
      phase = .idle
      readTimer?.cancel()
      readTimer = nil
      if owed.isEmpty { armReadTimer(configuration.idleDeadline) }
    }
    context.fireChannelRead(data)
  }

  func read(context: ChannelHandlerContext) {
    window.readBegins(at: .now())
    context.read()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard let parserError = error as? HTTPParserError, owed.isEmpty, phase != .ending else {
      // The answer under way, if any, learns of it through the body that it reads.
      for index in owed.indices { owed[index].endsConnection = true }
      context.fireErrorCaught(error)
      return
    }
    if parserError == .invalidEOFState {
      context.close(promise: nil)
    } else if parserError == .headerOverflow {
      refuse(
        context, .requestHeaderFieldsTooLarge,
        Problem(.tooLarge, "the request's head is too large", rule: "at most \(configuration.headLimit) bytes"))
    } else {
      refuse(context, .badRequest, Problem(.invalid, "this is not a request of HTTP/1.1"))
    }
  }

  // MARK: - What goes out

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    guard !owed.isEmpty, phase != .ending else {
      // Nothing is asked: an answer of the server below to a request that it could not read, for instance.
      promise?.fail(ChannelError.ioOnClosedChannel)
      return
    }
    switch unwrapOutboundIn(data) {
    case .head(var head) where head.status.code >= 200:
      isAnswering = true
      if head.headers.first(name: "connection")?.lowercased() == "close" || isQuiescing {
        owed[0].endsConnection = true
      }
      if owed[0].isOldHTTP {
        // Without a length the end of the connection is the end of the body; with one too, for simplicity.
        head.version = .http1_0
        owed[0].endsConnection = true
      }
      if owed[0].endsConnection { head.headers.replaceOrAdd(name: "connection", value: "close") }
      context.write(wrapOutboundOut(.head(head)), promise: promise)
    case .end:
      isAnswering = false
      let answered = owed.removeFirst()
      guard answered.endsConnection || isQuiescing else {
        context.write(data, promise: promise)
        if owed.isEmpty, phase == .idle { armReadTimer(configuration.idleDeadline) }
        if owed.isEmpty, phase == .body {
          phase = .draining
          armReadTimer(configuration.lingerDeadline)
        }
        return
      }
      context.writeAndFlush(data, promise: promise)
      endConnection(context)
    default:
      context.write(data, promise: promise)
    }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    writeTimer?.cancel()
    writeTimer = nil
    if !context.channel.isWritable {
      writeTimer = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(configuration.writeDeadline)) {
        [weak self] in
        self?.context?.close(promise: nil)
      }
    }
    context.fireChannelWritabilityChanged()
  }

  func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    if mode == .output, phase != .ending {
      phase = .ending
      armReadTimer(configuration.lingerDeadline)
    }
    context.close(mode: mode, promise: promise)
  }

  private func sendContinue() {
    guard let context, !isAnswering, phase != .ending, owed.first?.awaitsContinue == true else { return }
    owed[0].awaitsContinue = false
    context.writeAndFlush(
      wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .continue))), promise: nil)
  }

  // MARK: - Ends

  /// Answers what is not, or not yet, a whole request, and ends the connection. Where the answer would be taken for that
  /// to another request, or there is one under way, the connection is cut.
  private func refuse(_ context: ChannelHandlerContext, _ status: HTTPResponseStatus, _ problem: Problem) {
    guard owed.isEmpty || (owed.count == 1 && phase == .body && !isAnswering) else {
      context.close(promise: nil)
      return
    }
    let body = ByteBuffer(bytes: ProblemResource(error: problem).json)
    var headers = HTTPHeaders()
    headers.add(name: "Content-Type", value: "application/json")
    headers.add(name: "Content-Length", value: String(body.readableBytes))
    headers.add(name: "Cache-Control", value: "no-store")
    headers.add(name: "X-Content-Type-Options", value: "nosniff")
    headers.add(name: "Connection", value: "close")
    let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    owed = []
    watch.clientWent()
    endConnection(context)
  }

  /// Sends no more, and closes when the client has closed too or after a while, so that it can read what it was sent.
  private func endConnection(_ context: ChannelHandlerContext) {
    guard phase != .ending else { return }
    phase = .ending
    armReadTimer(configuration.lingerDeadline)
    context.close(mode: .output, promise: nil)
  }

  private func armReadTimer(_ deadline: Duration) {
    readTimer?.cancel()
    readTimer = context?.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(deadline)) { [weak self] in
      self?.readTimerFired()
    }
  }

  private func readTimerFired() {
    readTimer = nil
    guard let context else { return }
    switch phase {
    case .idle, .draining: endConnection(context)
    case .ending: context.close(promise: nil)
    case .head:
      // While an answer is under way the client may take its time for what it asks next.
      guard owed.isEmpty else { return armReadTimer(configuration.headDeadline) }
      // Whoever connects and says nothing is owed no answer.
      guard headBytes > 0 else { return context.close(promise: nil) }
      refuse(
        context, .requestTimeout,
        Problem(.timedOut, "the request's head took too long", rule: "at most \(configuration.headDeadline.text)"))
    case .body:
      let isTooSlow = window.close(at: .now(), rate: configuration.bodyRate, length: configuration.bodyDeadline)
      guard isTooSlow else { return armReadTimer(configuration.bodyDeadline) }
      refuse(
        context, .requestTimeout,
        Problem(
          .timedOut, "the request's body came too slowly",
          rule: "at least \(configuration.bodyRate) bytes a second within \(configuration.bodyDeadline.text)"))
    }
  }
}
