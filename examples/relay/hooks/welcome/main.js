exports.handler = async ({ names, via }, hook) => {
  try {
    const replies = await Promise.all(names.map((name) => hook.call(via, { name })));
    const failed = replies.find((reply) => reply.status >= 400);
    if (failed) hook.respond({ status: failed.status });
    return failed ? failed.text : replies.map((reply) => reply.text).join('');
  } catch (error) {
    if (error.code !== 'forbidden') throw error;
    hook.respond({ status: 403 });
    return `${error.message}\n`;
  }
};
