const { spawn } = require("child_process");

process.stdout.write("before\n", () => {
  const more = () => {
    const child = spawn("/bin/sleep", ["600"], { stdio: "ignore" });
    child.on("error", () => process.exit(1));
    setImmediate(more);
  };
  more();
});
