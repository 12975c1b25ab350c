const fs = require("fs");

process.on("SIGXFSZ", () => {});
const file = fs.openSync("/tmp/grapnel-leftover", "w+");
for (const [name, action] of [
  ["truncate", () => fs.ftruncateSync(file, 2 ** 40)],
  ["write far out", () => fs.writeSync(file, Buffer.alloc(1 << 20), 0, 1 << 20, 2 ** 39)],
]) {
  try {
    action();
    console.log("BREACH", name);
  } catch (error) {
    console.log("refused", name, error.code);
  }
}
