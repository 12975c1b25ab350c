module.exports = (payload) => {
  console.log(JSON.stringify(payload));
};
