const fs = require("fs");

for (;;) {
  fs.writeSync(1, "a line of output\n");
  fs.writeSync(2, "a line of the log\n");
}
