$stdout.sync = true
puts "before"
(0..).each { |number| File.write("/tmp/grapnel-leftover-#{number}", "") }
