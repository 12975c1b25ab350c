def handler(payload)
  item = payload['items'][1]
  puts "#{item['name']} #{item['born']}"
end
