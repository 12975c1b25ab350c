for path in os.getenv("PARAM_PATHS"):gmatch("[^,]+") do
  local file = io.open(path, "rb")
  print((file and file:read(64)) and "BREACH" or "refused", path)
end
