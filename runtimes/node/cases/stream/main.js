hook.body.pipe(process.stdout);
