trap("XFSZ", "IGNORE")
file = File.open("/tmp/grapnel-leftover", "w+")
{ "truncate" => -> { file.truncate(1 << 40) }, "write far out" => -> { file.pwrite("x" * (1 << 20), 1 << 39) } }
  .each do |name, action|
    action.call
    puts "BREACH #{name}"
  rescue SystemCallError => error
    puts "refused #{name} #{error.message}"
  end
