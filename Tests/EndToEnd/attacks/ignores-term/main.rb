trap("TERM", "IGNORE")
$stdout.sync = true
puts "before"
loop { sleep 1 }
