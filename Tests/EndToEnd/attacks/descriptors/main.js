const fs = require("fs");

for (const number of fs.readdirSync("/proc/self/fd")) {
  try {
    console.log(number, fs.readlinkSync(`/proc/self/fd/${number}`));
  } catch {}
}
