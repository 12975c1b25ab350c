ENV["PARAM_PROCESSES"].split(",").each do |process|
  Process.kill("KILL", process.to_i)
  puts "BREACH #{process}"
rescue SystemCallError => error
  puts "refused #{process} #{error.message}"
end
begin
  Process.kill("KILL", 1)
  Process.kill("KILL", -1)
rescue SystemCallError
end
puts "done"
