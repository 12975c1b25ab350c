# Calls of other hooks over the host channel; loaded at the first call.
module Grapnel
  # The host refused a call, or the hook that was called failed. `code` says why in one word.
  class CallError < StandardError
    attr_reader :code

    def initialize(code, message)
      super(message)
      @code = code
    end
  end

  # What another hook answered. `body` is bytes.
  class Reply
    attr_reader :run, :status, :headers, :body, :result

    def initialize(members)
      @run, @result = members.values_at('run', 'result')
      @status = members.fetch('status', 200)
      @headers = members.fetch('headers', [])
      encoded = members['base64']
      @body = encoded ? encoded.unpack1('m') : members.fetch('body', '').b
    end

    def text = @body.dup.force_encoding(Encoding::UTF_8).scrub
    def json = JSON.parse(text)
  end

  # The socket over which a run asks its host. A call waits for its reply, so one goes on at a time.
  class HostChannel
    HOST = 4

    def initialize
      @reader = IO.for_fd(HOST, 'rb', autoclose: false)
      @writer = IO.for_fd(HOST, 'wb', autoclose: false)
      @writer.sync = true
      @last_id = 0
      @lock = Mutex.new
    end

    def call(hook, payload)
      reply = @lock.synchronize { exchange(hook, payload) }
      error = reply['error']
      raise CallError.new(error.fetch('code', 'internal'), error.fetch('message', '')) if error

      Reply.new(reply['result'])
    end

    private

    def exchange(hook, payload)
      require 'json'
      @last_id += 1
      text = JSON.generate({ id: @last_id, method: 'hooks.run', params: { hook: hook, payload: payload } })
      if text.bytesize > MAXIMUM_FRAME
        raise CallError.new('too_large', "the call has #{text.bytesize} bytes, more than #{MAXIMUM_FRAME}")
      end

      @writer.write("#{text.bytesize}:#{text},")
      loop do
        reply = JSON.parse(read_frame.force_encoding(Encoding::UTF_8))
        return reply if reply['id'] == @last_id
      end
    end

    def read_frame
      length = @reader.gets(':')&.to_i
      # The comma at the end too.
      text = @reader.read(length + 1) if length
      raise CallError.new('unavailable', 'the host closed its channel') if text.nil? || text.bytesize <= length

      text.chop
    end
  end
end
