Grapnel.header('X-Kept', 'yes')
puts 'before'
exit
puts 'after'
