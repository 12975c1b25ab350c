module.exports = (payload, hook) => `Hello, ${hook.params.name}`;
