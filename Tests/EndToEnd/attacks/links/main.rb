ENV["PARAM_PATHS"].split(",").each_with_index do |path, number|
  link = "/tmp/grapnel-leftover-#{number}"
  File.symlink(path, link)
  {
    write: -> { File.open(link, "r+") {} }, chmod: -> { File.chmod(0o777, link) },
    link: -> { File.link(path, "/tmp/hard-#{number}") }
  }.each do |name, action|
    action.call
    puts "BREACH #{name} #{path}"
  rescue SystemCallError => error
    puts "refused #{name} #{path} #{error.message}"
  end
end
