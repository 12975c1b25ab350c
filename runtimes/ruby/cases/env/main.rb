puts "#{ENV['SERVICE_TOKEN']} #{ENV.fetch('SERVICE_PASSWORD', 'unset')}"
