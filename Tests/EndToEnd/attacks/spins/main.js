const { Worker } = require("worker_threads");

process.stdout.write("before\n", () => {
  for (let number = 0; number < 3; number++) new Worker("for (;;);", { eval: true });
  for (;;);
});
