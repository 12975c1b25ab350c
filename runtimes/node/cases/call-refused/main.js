hook.call('conformance-greet').catch((error) => console.log(error.code === 'forbidden' ? 'refused' : error.code));
