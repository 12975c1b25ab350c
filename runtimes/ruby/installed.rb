# installed.rb LAYER SOURCE: writes LAYER/bundler/setup.rb, by which runs find the gems that Bundler has installed into
# LAYER, without Bundler and RubyGems, whose start takes longer than most hooks run.
require 'bundler'
require 'fileutils'

layer, source = ARGV
Bundler.ui.level = 'error'
paths = Bundler.definition.requested_specs.flat_map do |spec|
  next [] if spec.name == 'bundler'

  home = spec.full_gem_path
  # Gems that are named by their path are not installed by Bundler, but used where they stand.
  if home.start_with?("#{source}/")
    copy = "#{layer}/local/#{spec.full_name}"
    FileUtils.mkdir_p(File.dirname(copy))
    FileUtils.cp_r(home, copy)
    spec.full_require_paths.map { |path| path.sub(home, copy) }
  else
    spec.full_require_paths
  end
end
# What comes with Ruby is found without help.
paths = paths.select { |path| path.start_with?("#{layer}/") && File.directory?(path) }.uniq
gems = Dir["#{layer}/ruby/*"].first
FileUtils.mkdir_p("#{layer}/bundler")
File.write("#{layer}/bundler/setup.rb", <<~SETUP)
  # Made by Grapnel when the hook was deployed, with the names that the lock chose.
  folder = File.dirname(__dir__)
  #{"ENV['GEM_PATH'] ||= folder + #{gems.delete_prefix(layer).dump}" if gems}
  # The folder itself, so that this file is what `require 'bundler/setup'` finds, loaded already.
  $LOAD_PATH.unshift(
    #{['folder', *paths.map { |path| "folder + #{path.delete_prefix(layer).dump}" }].join(",\n  ")}
  )
  # Many gems ask RubyGems something, though few need it.
  autoload :Gem, 'rubygems'
  unless Kernel.private_method_defined?(:gem)
    module Kernel
      private def gem(*) = true
    end
  end
SETUP
