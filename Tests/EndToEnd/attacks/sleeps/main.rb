$stdout.sync = true
puts "before"
sleep 600
