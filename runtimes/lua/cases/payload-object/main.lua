function handler(payload)
  local item = payload.items[2]
  print(item.name .. " " .. item.born)
end
