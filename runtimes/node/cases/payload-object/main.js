exports.handler = (payload) => {
  const item = payload.items[1];
  console.log(item.name, item.born);
};
