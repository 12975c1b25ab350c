ENV["PARAM_PATHS"].split(",").each do |path|
  content = File.binread(path, 64)
  puts "#{content.to_s.empty? ? 'refused' : 'BREACH'} #{path}"
rescue SystemCallError => error
  puts "refused #{path} #{error.message}"
end
