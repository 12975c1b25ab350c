65_536.times do |number|
  puts "#{number} #{File.readlink("/proc/self/fd/#{number}")}"
rescue SystemCallError
end
