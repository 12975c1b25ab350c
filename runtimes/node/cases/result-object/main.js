exports.handler = ({ a, b }) => ({ sum: a + b, parts: [a, b], nothing: null, word: 'ü' });
