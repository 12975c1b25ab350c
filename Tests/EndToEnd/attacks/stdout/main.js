const write = () => {
  while (process.stdout.write("a line of output\n".repeat(100)));
  process.stdout.once("drain", write);
};
write();
