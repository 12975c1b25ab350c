console.log(`Hello, ${hook.params.name}!`);
