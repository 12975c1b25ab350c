["/tmp", "/dev/shm", "/run/lock"].each do |folder|
  puts "BREACH #{folder}" if File.exist?("#{folder}/grapnel-leftover")
  File.write("#{folder}/grapnel-leftover", "")
  puts "made #{folder}"
rescue SystemCallError
end
puts "done"
