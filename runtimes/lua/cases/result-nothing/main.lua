function handler(payload)
end
