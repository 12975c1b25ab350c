exports.handler = async function* (payload, hook) {
  yield 'first\n';
  for await (const chunk of hook.body) {
    yield { second: String(chunk).trim() };
    return;
  }
};
