process.stdout.write("before\n", () => {
  const write = () => {
    while (process.stderr.write("a line of the log\n".repeat(100)));
    process.stderr.once("drain", write);
  };
  write();
});
