process.on("SIGTERM", () => {});
console.log("before");
setInterval(() => {}, 1000);
