hook.respond({ status: 202 });
process.stdout.write('first\n');
hook.flush();
hook.body.once('data', (chunk) => {
  process.stdout.write(`second ${chunk}`);
  hook.body.destroy();
});
