# What a Ruby hook knows of its run, and how it answers: `Grapnel`, which is also a handler's second argument.
#
#   payload  params  config  request  env  run_id  hook  instance  cause  body
#   respond(status: N, headers: {...})  header(name, value)  flush  trailers({...})  result(value)
#   log.debug(value)  info  warning  error  call(hook, payload)
#
# What a plain script may not need is made at first use.
module Grapnel
  MAXIMUM_FRAME = 1 << 20
  MAXIMUM_TEXT = 64 << 10
  ESCAPES = { "\n" => '\n', "\r" => '\r', "\t" => '\t', '"' => '\"', '\\' => '\\\\' }.freeze
  private_constant :MAXIMUM_FRAME, :MAXIMUM_TEXT, :ESCAPES

  # The request that started the run. `headers` has lower-case names; credentials are never among them.
  Request = Struct.new(:method, :path, :query, :content_type, :content_length, :remote_address, :headers)

  autoload :CallError, "#{__dir__}/grapnel_call.rb"
  autoload :Reply, "#{__dir__}/grapnel_call.rb"
  autoload :HostChannel, "#{__dir__}/grapnel_call.rb"
  private_constant :HostChannel

  # Messages with levels, in the hook's log. Values that JSON cannot write are logged as Ruby inspects them.
  module Log
    %w[debug info warning error].each do |level|
      define_singleton_method(level) { |value| Grapnel.send(:log_message, level, value) }
    end
  end

  @control = IO.for_fd(3, 'wb', autoclose: false)
  @control.sync = true
  @lock = Mutex.new

  class << self
    def payload
      return @payload if defined?(@payload)

      @payload = read_payload
    end

    # The declared parameters that the payload has.
    def params
      @params ||= payload.is_a?(Hash) ? payload.select { |name, _| ENV.key?(variable(name)) } : {}
    end

    def config = @config ||= parse(ENV.fetch('HOOK_CONFIG', '{}'))
    def request = @request ||= read_request
    def env = ENV
    def run_id = ENV['GRAPNEL_RUN_ID']
    def hook = ENV['GRAPNEL_HOOK']
    def instance = ENV['GRAPNEL_INSTANCE']
    def cause = ENV['GRAPNEL_CAUSE']
    # Reads bytes; standard input does so too from then on.
    def body = @body ||= $stdin.binmode
    def log = Log

    # Sets the status, and adds headers (a hash, or pairs of name and value), of the answer.
    def respond(status: nil, headers: nil)
      members = +''
      members << %(,"status":#{Integer(status)}) if status
      if headers
        @has_type ||= headers.any? { |name, _| name.to_s.casecmp?('content-type') }
        members << %(,"headers":#{serialize_pairs(headers)})
      end
      transmit(%({"type":"head"#{members}}))
    end

    # Adds one header to the answer.
    def header(name, value) = respond(headers: [[name, value]])

    # Sends the head and what was printed so far; from then on everything that is printed goes out at once.
    def flush
      unless @is_flushed
        @is_flushed = true
        transmit('{"type":"flush"}')
        $stdout.sync = true
      end
      $stdout.flush
      nil
    end

    # Sends trailers (a hash, or pairs) after the body.
    def trailers(fields) = transmit(%({"type":"trailers","headers":#{serialize_pairs(fields)}}))

    # Sets the structured result of the run; the answer's body too, if nothing is printed.
    def result(value) = transmit(%({"type":"result","value":#{serialize(value)}}))

    # Runs another hook of the instance and waits for its `Reply`; raises `CallError` when the host refuses. hook.yaml
    # must declare the scope.
    def call(hook, payload = nil) = (@host ||= HostChannel.new).call(hook, payload)

    private

    def read_payload
      return parse(ENV['HOOK_PAYLOAD']) if ENV.key?('HOOK_PAYLOAD')
      return unless ENV.key?('GRAPNEL_PAYLOAD_FD')

      file = IO.for_fd(Integer(ENV['GRAPNEL_PAYLOAD_FD']), 'rb', autoclose: false)
      file.rewind
      parse(file.read)
    end

    def variable(name) = "PARAM_#{name.gsub(/[^A-Za-z0-9]/, '_').upcase}"

    def read_request
      headers = ENV.select { |name, _| name.start_with?('HTTP_') }
      length = ENV['CONTENT_LENGTH']
      Request.new(
        ENV['REQUEST_METHOD'], ENV.fetch('PATH_INFO', ''), ENV.fetch('QUERY_STRING', ''), ENV['CONTENT_TYPE'],
        length && !length.empty? ? Integer(length, 10) : nil, ENV['REMOTE_ADDR'],
        headers.to_h { |name, value| [name.delete_prefix('HTTP_').downcase.tr('_', '-'), value] }
      )
    end

    def parse(text)
      require 'json'
      JSON.parse(text.dup.force_encoding(Encoding::UTF_8))
    end

    def serialize(value)
      case value
      when nil then 'null'
      when String, Symbol then quote(value.to_s)
      else
        require 'json'
        JSON.generate(value)
      end
    end

    # Loading JSON takes longer than most hooks run, and most of what they send is text.
    def quote(text)
      text = text.encoding == Encoding::BINARY ? text.dup.force_encoding(Encoding::UTF_8) : text.encode(Encoding::UTF_8)
      raise ArgumentError, 'text that is not valid UTF-8 cannot be written as JSON' unless text.valid_encoding?

      %("#{text.gsub(/["\\\x00-\x1f\x7f]/) { |each| ESCAPES[each] || format('\u%04x', each.ord) }}")
    end

    def serialize_pairs(fields)
      "[#{fields.map { |name, value| "[#{quote(name.to_s)},#{quote(value.to_s)}]" }.join(',')}]"
    end

    def transmit(frame)
      if frame.bytesize > MAXIMUM_FRAME
        raise ArgumentError, "a control frame has #{frame.bytesize} bytes, more than #{MAXIMUM_FRAME}"
      end

      @lock.synchronize { @control.write("#{frame.bytesize}:#{frame},") }
      nil
    end

    def log_message(level, value)
      text = begin
        serialize(value)
      rescue StandardError
        quote(value.inspect.scrub)
      end
      text = quote("#{text[0, MAXIMUM_FRAME >> 4]} (cut)") if text.bytesize > MAXIMUM_FRAME - 64
      transmit(%({"type":"log","level":"#{level}","value":#{text}}))
    end

    def handle(handler)
      run(handler)
    rescue SystemExit, SignalException
      raise
    rescue Exception => error
      text = tell(error)
      $stdout.flush
      $stderr.puts(text)
      exit(1)
    end

    # handler(), handler(payload) or handler(payload, hook); a second parameter with a default is the hook's own affair.
    def run(handler)
      kinds = handler.parameters.map(&:first)
      count = kinds.count(:req)
      count = 1 if count.zero? && (kinds.include?(:opt) || kinds.include?(:rest))
      value = handler.call(*[payload, self].first(count))
      value.is_a?(Enumerator) ? value.each { |chunk| stream(chunk) } : finish(value)
      $stdout.flush
    end

    def finish(value)
      if binary?(value)
        header('Content-Type', 'application/octet-stream') unless @has_type
        $stdout.write(value)
        return
      end
      text = serialize(value)
      if text.bytesize <= MAXIMUM_FRAME - 64
        transmit(%({"type":"result","value":#{text}}))
      elsif value.is_a?(String)
        $stdout.write(value)
      else
        header('Content-Type', 'application/json') unless @has_type
        $stdout.write(text, "\n")
      end
    end

    def stream(chunk)
      flush
      $stdout.write(chunk.is_a?(String) ? chunk : "#{serialize(chunk)}\n")
    end

    def binary?(value) = value.is_a?(String) && value.encoding == Encoding::BINARY

    # Tells the host what Ruby says of the error, without the bootstrap's own frames, and returns it.
    def tell(error)
      strip(error)
      # Without a place, Ruby would name this one.
      has_place = error.backtrace && !error.backtrace.empty?
      text = has_place ? error.full_message(highlight: false, order: :top) : "#{error.message} (#{error.class})\n"
      members = { exception: error.class.to_s, message: error.message, traceback: text }
      members = members.map { |name, value| %("#{name}":#{quote(value.scrub[0, MAXIMUM_TEXT])}) }
      transmit(%({"type":"error",#{members.join(',')}}))
      text
    end

    def strip(error)
      own = %w[bootstrap grapnel grapnel_call].map { |name| "#{__dir__}/#{name}.rb:" }
      while error
        error.set_backtrace(error.backtrace.reject { |frame| frame.start_with?(*own) }) if error.backtrace
        error = error.cause
      end
    end
  end
end
