'use strict';
// Calls over the host channel: of other hooks, events and records; loaded at the first.
const HOST = 4;
const pending = new Map();
let socket;
let lastID = 0;
let received = Buffer.alloc(0);

class CallError extends Error {
  constructor(code, message) {
    super(message);
    this.name = 'CallError';
    this.code = code;
  }
}

class Reply {
  constructor({ run, status = 200, headers = [], body = '', base64, result }) {
    Object.assign(this, { run, status, headers, result });
    this.body = base64 === undefined ? Buffer.from(body) : Buffer.from(base64, 'base64');
  }

  get text() {
    return this.body.toString();
  }

  json() {
    return JSON.parse(this.text);
  }
}

function receive(chunk) {
  received = Buffer.concat([received, chunk]);
  for (;;) {
    const colon = received.indexOf(0x3a);
    if (colon < 0) return;
    const end = colon + 1 + Number(received.subarray(0, colon).toString());
    if (received.length <= end) return;
    const reply = JSON.parse(received.subarray(colon + 1, end).toString());
    received = received.subarray(end + 1);
    const call = pending.get(reply.id);
    if (!call) continue;
    pending.delete(reply.id);
    if (pending.size === 0) socket.unref();
    if (reply.error) call.reject(new CallError(reply.error.code, reply.error.message));
    else call.resolve(reply.result);
  }
}

function lose() {
  for (const call of pending.values()) call.reject(new CallError('unavailable', 'the host closed its channel'));
  pending.clear();
}

const ask = (method, params, frame) =>
  new Promise((resolve, reject) => {
    if (!socket) {
      socket = new (require('net').Socket)({ fd: HOST, readable: true, writable: true });
      socket.on('data', receive).on('error', lose).on('close', lose);
    }
    const id = ++lastID;
    socket.write(frame(JSON.stringify({ id, method, params })));
    pending.set(id, { resolve, reject });
    socket.ref();
  });

exports.call = async (name, payload, frame) =>
  new Reply(await ask('hooks.run', { hook: name, payload }, frame));

exports.emit = async (kind, data, frame) => (await ask('events.emit', { kind, data }, frame)).sequence;

// The records of one class of the instance.
exports.records = (name, frame) => {
  const about = (verb, params) => ask(`records.${verb}`, { class: name, ...params }, frame);
  return {
    get: (id) => about('get', { id }),
    // The array has `next`, which `after` wants for the records that follow.
    list: async ({ where, sort, limit, after } = {}) => {
      const { items, next } = await about('list', { where, sort, limit, after });
      return Object.assign(items, { next });
    },
    create: (data, { id } = {}) => about('create', { id, data }),
    put: (id, data, { ifMatch } = {}) => about('put', { id, data, if_match: ifMatch }),
    update: (id, data, { ifMatch } = {}) => about('update', { id, data, if_match: ifMatch }),
    delete: (id, { ifMatch } = {}) => about('delete', { id, if_match: ifMatch }),
  };
};
