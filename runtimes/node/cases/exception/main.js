function deeper() {
  throw new RangeError('no such luck');
}

exports.handler = async () => deeper();
