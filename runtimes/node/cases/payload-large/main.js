console.log(hook.payload.text.length);
