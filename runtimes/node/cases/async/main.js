exports.handler = async ({ name }) => {
  await null;
  return `Hello, ${name}`;
};
