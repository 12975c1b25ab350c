const fs = require("fs");

process.stdout.write("before\n", () => {
  for (let number = 0; ; number++) fs.mkdirSync(`/tmp/grapnel-leftover-${number}`);
});
