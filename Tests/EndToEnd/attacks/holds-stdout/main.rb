$stdout.sync = true
puts "done"
Process.detach(fork { sleep 600 })
