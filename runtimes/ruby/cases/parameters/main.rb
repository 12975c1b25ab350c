puts "#{ENV['PARAM_NAME']} #{ENV['PARAM_COUNT']} #{ENV.fetch('PARAM_EXTRA', 'unset')}"
