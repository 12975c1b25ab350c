$stdout.sync = true
loop do
  puts "a line of output"
  warn "a line of the log"
end
