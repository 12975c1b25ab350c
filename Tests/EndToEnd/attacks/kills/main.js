for (const number of process.env.PARAM_PROCESSES.split(",")) {
  try {
    process.kill(Number(number), "SIGKILL");
    console.log("BREACH", number);
  } catch (error) {
    console.log("refused", number, error.code);
  }
}
try {
  process.kill(1, "SIGKILL");
} catch {}
console.log("done");
