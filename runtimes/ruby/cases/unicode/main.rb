puts "Hello, #{Grapnel.params['name']}!"
