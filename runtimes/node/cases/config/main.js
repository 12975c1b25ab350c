console.log(hook.config.greeting.text);
