for path in os.getenv("PARAM_PATHS"):gmatch("[^,]+") do
  print(io.open(path, "ab") and "BREACH" or "refused", "append", path)
  print(os.rename(path, path .. ".old") and "BREACH" or "refused", "rename", path)
  print(os.remove(path) and "BREACH" or "refused", "remove", path)
end
