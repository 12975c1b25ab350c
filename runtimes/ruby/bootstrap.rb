# Loaded before the hook's file, which is the main program. A handler is called at exit, the only time after the main
# program; as such blocks run in reverse order, those of the hook come before its handler.
$LOAD_PATH.push(__dir__)
autoload :Grapnel, "#{__dir__}/grapnel.rb"
require "#{ENV['GRAPNEL_DEPENDENCIES']}/ruby/bundler/setup.rb" if ENV['GRAPNEL_DEPENDENCIES']

process = Process.pid
at_exit do
  case $!
  when nil
    Grapnel.send(:handle, method(:handler)) if Process.pid == process && respond_to?(:handler, true)
  when SystemExit, SignalException
    # The hook's own will, or its host's.
  else
    # Ruby prints it.
    Grapnel.send(:tell, $!)
  end
end
