const { method, path, query, contentType, headers } = hook.request;
const hidden = headers.authorization || headers.cookie ? 'shown' : 'hidden';
console.log(method, path, query, contentType, headers['x-colour'], hidden);
