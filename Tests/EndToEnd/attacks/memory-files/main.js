const fs = require("fs");

process.stdout.write("before\n", () => {
  const file = fs.openSync("/tmp/grapnel-leftover", "w");
  const block = Buffer.alloc(1 << 20, "x");
  for (let count = 0; count < 1024; count++) fs.writeSync(file, block);
});
