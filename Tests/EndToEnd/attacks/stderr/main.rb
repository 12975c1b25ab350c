$stdout.sync = true
puts "before"
loop { warn "a line of the log" }
