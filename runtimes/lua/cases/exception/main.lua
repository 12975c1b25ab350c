local function deeper()
  error("no such luck")
end

function handler(payload)
  deeper()
end
