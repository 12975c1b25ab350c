exports.handler = async (payload, hook) => {
  const chunks = [];
  for await (const chunk of hook.body) chunks.push(chunk);
  return Buffer.concat(chunks);
};
