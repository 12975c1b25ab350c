const fs = require("fs");

for (const path of process.env.PARAM_PATHS.split(",")) {
  for (const [name, action] of [
    ["append", () => fs.closeSync(fs.openSync(path, "a"))], ["chmod", () => fs.chmodSync(path, 0o777)],
    ["rename", () => fs.renameSync(path, path + ".old")], ["unlink", () => fs.unlinkSync(path)],
  ]) {
    try {
      action();
      console.log("BREACH", name, path);
    } catch (error) {
      console.log("refused", name, path, error.code);
    }
  }
}
