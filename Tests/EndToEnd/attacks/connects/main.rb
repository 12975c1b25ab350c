require "socket"

ENV["PARAM_TARGETS"].split(",").each do |target|
  host, _, port = target.rpartition(":")
  Socket.tcp(host.delete("[]"), port.to_i, connect_timeout: 2).close
  puts "BREACH #{target}"
rescue SystemCallError, SocketError => error
  puts "refused #{target} #{error.message}"
end
ENV["PARAM_SOCKETS"].split(",").each do |path|
  UNIXSocket.new(path.sub("@", "\0")).close
  puts "BREACH #{path}"
rescue SystemCallError, ArgumentError => error
  puts "refused #{path} #{error.message}"
end
begin
  Addrinfo.getaddrinfo(ENV["PARAM_NAME"], 80)
  puts "BREACH #{ENV["PARAM_NAME"]}"
rescue SocketError => error
  puts "refused #{error.message}"
end
