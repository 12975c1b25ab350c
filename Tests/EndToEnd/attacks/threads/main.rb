$stdout.sync = true
puts "before"
loop { Thread.new { sleep } }
