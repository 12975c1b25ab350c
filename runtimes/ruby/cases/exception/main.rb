def deeper
  raise RangeError, 'no such luck'
end

def handler(payload)
  deeper
end
