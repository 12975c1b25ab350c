function handel()
  return "never"
end
