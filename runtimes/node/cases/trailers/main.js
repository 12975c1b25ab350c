process.stdout.write('abc');
hook.trailers({ 'X-Sum': 294 });
