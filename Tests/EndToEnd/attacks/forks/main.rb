$stdout.sync = true
puts "before"
loop { fork { sleep 600 } }
