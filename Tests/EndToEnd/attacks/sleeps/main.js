console.log("before");
setTimeout(() => {}, 600_000);
