$stdout.sync = true
puts "before"
fork
fork
loop {}
