puts 'done'
