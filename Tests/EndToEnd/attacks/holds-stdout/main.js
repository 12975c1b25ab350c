const { spawn } = require("child_process");

spawn("/bin/sleep", ["600"], { detached: true, stdio: "inherit" }).unref();
process.stdout.write("done\n");
