for _, folder in ipairs({ "/tmp", "/dev/shm", "/run/lock" }) do
  if io.open(folder .. "/grapnel-leftover", "r") then print("BREACH", folder) end
  if io.open(folder .. "/grapnel-leftover", "w") then print("made", folder) end
end
print("done")
