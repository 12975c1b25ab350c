const fs = require("fs");

for (const folder of ["/tmp", "/dev/shm", "/run/lock"]) {
  if (fs.existsSync(`${folder}/grapnel-leftover`)) console.log("BREACH", folder);
  try {
    fs.writeFileSync(`${folder}/grapnel-leftover`, "");
    console.log("made", folder);
  } catch {}
}
console.log("done");
