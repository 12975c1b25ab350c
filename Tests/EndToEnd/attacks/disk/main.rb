$stdout.sync = true
puts "before"
(0..).each { |number| File.binwrite("/tmp/grapnel-leftover-#{number}", "x" * (1 << 20)) }
