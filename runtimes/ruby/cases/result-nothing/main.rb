def handler(payload)
end
