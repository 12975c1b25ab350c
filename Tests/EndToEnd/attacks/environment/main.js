process.stdout.write(require("fs").readFileSync("/proc/self/environ"));
