const fs = require("fs");

process.env.PARAM_PATHS.split(",").forEach((path, number) => {
  const link = `/tmp/grapnel-leftover-${number}`;
  fs.symlinkSync(path, link);
  for (const [name, action] of [
    ["append", () => fs.closeSync(fs.openSync(link, fs.constants.O_WRONLY | fs.constants.O_APPEND))],
    ["chmod", () => fs.chmodSync(link, 0o777)],
    ["link", () => fs.linkSync(path, `/tmp/hard-${number}`)],
  ]) {
    try {
      action();
      console.log("BREACH", name, path);
    } catch (error) {
      console.log("refused", name, path, error.code);
    }
  }
});
