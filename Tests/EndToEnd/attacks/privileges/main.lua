for _, words in ipairs({
  "su -c true", "unshare --user true", "unshare --mount true", "mount -t tmpfs none /tmp", "chroot / true",
  "mknod /tmp/grapnel-leftover c 1 3", "dmesg", "grep -E '^Cap[A-Za-z]+:\\s*0*[1-9a-f]' /proc/self/status",
  "grep '^NoNewPrivs:.*0' /proc/self/status",
}) do
  print(os.execute(words .. " < /dev/null > /dev/null 2>&1") and "BREACH" or "refused", words)
end
