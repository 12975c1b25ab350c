const { Worker } = require("worker_threads");

process.stdout.write("before\n", () => {
  const more = () => {
    const worker = new Worker("setInterval(() => {}, 1e6)", { eval: true });
    worker.on("error", () => process.exit(1));
    setImmediate(more);
  };
  more();
});
