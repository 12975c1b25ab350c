const dns = require("dns");
const net = require("net");

const attempt = (name, options) =>
  new Promise((resolve) => {
    const connection = net.connect({ ...options, timeout: 2000 });
    const end = (word) => {
      connection.destroy();
      console.log(word, name);
      resolve();
    };
    connection.on("connect", () => end("BREACH"));
    connection.on("error", () => end("refused"));
    connection.on("timeout", () => end("refused"));
  });

(async () => {
  for (const target of process.env.PARAM_TARGETS.split(",")) {
    const at = target.lastIndexOf(":");
    await attempt(target, { host: target.slice(0, at).replace(/[[\]]/g, ""), port: Number(target.slice(at + 1)) });
  }
  for (const path of process.env.PARAM_SOCKETS.split(",")) await attempt(path, { path: path.replace("@", "\0") });
  await new Promise((resolve) =>
    dns.lookup(process.env.PARAM_NAME, (error) => {
      console.log(error ? "refused" : "BREACH", process.env.PARAM_NAME);
      resolve();
    }));
})();
