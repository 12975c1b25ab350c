exports.handler = async (payload, hook) => {
  const reply = await hook.call('conformance-greet', { name: 'Ada "ü"\\' });
  if (reply.status !== 201) throw new Error(`status ${reply.status}`);
  process.stdout.write(`reply: ${reply.text}`);
};
