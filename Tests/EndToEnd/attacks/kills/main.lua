for process in os.getenv("PARAM_PROCESSES"):gmatch("[^,]+") do
  print(os.execute("kill -9 " .. process .. " 2> /dev/null") and "BREACH" or "refused", process)
end
os.execute("kill -9 1")
print("done")
