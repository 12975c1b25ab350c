// A chunk may end in the middle of a character: the decoder keeps the rest for the next one.
export async function* handler(payload, hook) {
  const decoder = new TextDecoder();
  for await (const chunk of hook.body) yield decoder.decode(chunk, { stream: true }).toUpperCase();
  yield decoder.decode().toUpperCase();
}
