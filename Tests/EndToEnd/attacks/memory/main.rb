$stdout.sync = true
puts "before"
blocks = []
loop { blocks << "x" * (8 << 20) }
