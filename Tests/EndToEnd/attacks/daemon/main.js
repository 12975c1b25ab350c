const { spawn } = require("child_process");

spawn("/bin/sleep", ["600"], { detached: true, stdio: "ignore" }).unref();
console.log("done");
