console.log(process.env.HOOK_PAYLOAD);
