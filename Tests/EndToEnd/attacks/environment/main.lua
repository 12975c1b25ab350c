io.write(io.open("/proc/self/environ", "rb"):read("a"))
