hook.header('Content-Type', 'application/octet-stream');
hook.body.pipe(process.stdout);
