loop { puts "a line of output" }
