$stdout.sync = true
puts "before"
File.open("/dev/shm/grapnel-leftover", "wb") { |file| 1024.times { file.write("x" * (1 << 20)) } }
