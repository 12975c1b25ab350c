ENV["PARAM_PATHS"].split(",").each do |path|
  {
    append: -> { File.open(path, "a") {} }, chmod: -> { File.chmod(0o777, path) },
    rename: -> { File.rename(path, "#{path}.old") }, unlink: -> { File.unlink(path) }
  }.each do |name, action|
    action.call
    puts "BREACH #{name} #{path}"
  rescue SystemCallError => error
    puts "refused #{name} #{path} #{error.message}"
  end
end
