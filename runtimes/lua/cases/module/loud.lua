local loud = {}

function loud.shout(text)
  return text:upper()
end

return loud
