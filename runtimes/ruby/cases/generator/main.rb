def handler(payload)
  Enumerator.new do |chunks|
    chunks << "first\n"
    chunks << { second: $stdin.gets.strip }
  end
end
