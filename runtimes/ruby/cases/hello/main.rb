puts 'Hello'
