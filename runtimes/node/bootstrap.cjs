'use strict';
// What a Node hook knows of its run, and how it answers: `require('grapnel')`, `import hook from 'grapnel'` (in the
// entry file of a hook of ES modules), or the global `hook`. All that a plain script may not need is made at first use.
const fs = require('fs');
const Module = require('module');

const CONTROL = 3;
const MAXIMUM_FRAME = 1 << 20;
const environment = process.env;
let entry;
let hasType = false;
let isFlushed = false;

function writeAll(descriptor, data) {
  let offset = 0;
  while (offset < data.length) {
    try {
      offset += fs.writeSync(descriptor, data, offset);
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}

function frame(text) {
  const length = Buffer.byteLength(text);
  if (length > MAXIMUM_FRAME) throw new RangeError(`a control frame has ${length} bytes, more than ${MAXIMUM_FRAME}`);
  return Buffer.from(`${length}:${text},`);
}

const send = (text) => writeAll(CONTROL, frame(text));
const serialize = (value) => JSON.stringify(value) ?? 'null';

function pairs(fields) {
  const list = typeof fields[Symbol.iterator] === 'function' ? [...fields] : Object.entries(fields);
  return list.map(([name, value]) => [String(name), String(value)]);
}

function readPayload() {
  const text = environment.HOOK_PAYLOAD ?? (environment.GRAPNEL_PAYLOAD_FD ? readPayloadFile() : undefined);
  return text === undefined ? null : JSON.parse(text);
}

function readPayloadFile() {
  const descriptor = Number(environment.GRAPNEL_PAYLOAD_FD);
  const parts = [];
  const part = Buffer.allocUnsafe(1 << 20);
  for (let position = 0, count; (count = fs.readSync(descriptor, part, 0, part.length, position)) > 0; position += count) {
    parts.push(Buffer.from(part.subarray(0, count)));
  }
  return Buffer.concat(parts).toString();
}

function readParams() {
  const params = {};
  const payload = hook.payload;
  if (payload === null || typeof payload !== 'object' || Array.isArray(payload)) return params;
  for (const [name, value] of Object.entries(payload)) {
    const variable = Array.from(name, (letter) => (/[A-Za-z0-9]/.test(letter) ? letter.toUpperCase() : '_')).join('');
    if (`PARAM_${variable}` in environment) params[name] = value;
  }
  return params;
}

function readRequest() {
  const headers = {};
  for (const name of Object.keys(environment)) {
    if (name.startsWith('HTTP_')) headers[name.slice(5).toLowerCase().replaceAll('_', '-')] = environment[name];
  }
  return {
    method: environment.REQUEST_METHOD,
    path: environment.PATH_INFO ?? '',
    query: environment.QUERY_STRING ?? '',
    contentType: environment.CONTENT_TYPE,
    contentLength: environment.CONTENT_LENGTH ? Number(environment.CONTENT_LENGTH) : undefined,
    remoteAddress: environment.REMOTE_ADDR,
    headers,
  };
}

function log(level, value) {
  let text;
  try {
    text = serialize(value instanceof Error ? String(value.stack) : value);
  } catch {
    text = serialize(require('util').inspect(value));
  }
  if (Buffer.byteLength(text) > MAXIMUM_FRAME - 64) text = serialize(`${text.slice(0, MAXIMUM_FRAME >> 4)} (cut)`);
  send(`{"type":"log","level":"${level}","value":${text}}`);
}

const hook = {
  /** Sets the status, and adds headers (an object, or pairs of name and value), of the answer. */
  respond({ status, headers } = {}) {
    const head = { type: 'head' };
    if (status !== undefined) head.status = Number(status);
    if (headers) {
      head.headers = pairs(headers);
      hasType ||= head.headers.some(([name]) => name.toLowerCase() === 'content-type');
    }
    send(serialize(head));
  },
  /** Adds one header to the answer. */
  header(name, value) {
    hook.respond({ headers: [[name, value]] });
  },
  /** Sends the head now; from then on every chunk that is written goes out at once. */
  flush() {
    if (isFlushed) return;
    isFlushed = true;
    send('{"type":"flush"}');
  },
  /** Sends trailers (an object, or pairs) after the body. */
  trailers(fields) {
    send(serialize({ type: 'trailers', headers: pairs(fields) }));
  },
  /** Sets the structured result of the run; the answer's body too, if nothing is written. */
  result(value) {
    send(`{"type":"result","value":${serialize(value)}}`);
  },
  /** Runs another hook of the instance; `hook.yaml` must declare the scope. */
  call(name, payload = null) {
    return require('./call.cjs').call(name, payload, frame);
  },
  /** Records an event of the instance, for its triggers; `hook.yaml` must declare the scope. */
  emit(kind, data = {}) {
    return require('./call.cjs').emit(kind, data, frame);
  },
  /** The records of a class; `hook.yaml` must declare `records.read` or `records.write`. */
  records(name) {
    return require('./call.cjs').records(name, frame);
  },
  /** Messages with levels, in the hook's log. */
  log: {
    debug: (value) => log('debug', value),
    info: (value) => log('info', value),
    warning: (value) => log('warning', value),
    error: (value) => log('error', value),
  },
};

function lazily(name, make) {
  Object.defineProperty(hook, name, {
    configurable: true,
    enumerable: true,
    get() {
      const value = make();
      Object.defineProperty(hook, name, { value, enumerable: true, writable: true });
      return value;
    },
  });
}
lazily('payload', readPayload);
lazily('params', readParams);
lazily('config', () => JSON.parse(environment.HOOK_CONFIG ?? '{}'));
lazily('request', readRequest);
lazily('body', () => process.stdin);

function print(data) {
  return new Promise((resolve, reject) => {
    process.stdout.write(data, (error) => (error ? reject(error) : resolve()));
  });
}

const isBytes = (value) => ArrayBuffer.isView(value) || value instanceof ArrayBuffer;
const bytes = (value) =>
  value instanceof ArrayBuffer ? Buffer.from(value) : Buffer.from(value.buffer, value.byteOffset, value.byteLength);

async function stream(chunks) {
  for await (const chunk of chunks) {
    hook.flush();
    await print(typeof chunk === 'string' ? chunk : isBytes(chunk) ? bytes(chunk) : `${serialize(chunk)}\n`);
  }
}

async function finish(value) {
  if (isBytes(value)) {
    if (!hasType) hook.header('Content-Type', 'application/octet-stream');
    await print(bytes(value));
  } else if (value !== null && typeof value === 'object' && isStream(value)) {
    await stream(value);
  } else {
    const text = serialize(value);
    if (Buffer.byteLength(text) <= MAXIMUM_FRAME - 64) {
      send(`{"type":"result","value":${text}}`);
    } else if (typeof value === 'string') {
      await print(value);
    } else {
      if (!hasType) hook.header('Content-Type', 'application/json');
      await print(`${text}\n`);
    }
  }
}

const isStream = (value) =>
  typeof value[Symbol.asyncIterator] === 'function' ||
  (typeof value.next === 'function' && typeof value[Symbol.iterator] === 'function');

// Prints the error as Node does, without the bootstrap's own frames, tells the host, and ends the run with 1.
function fail(error) {
  const isError = error instanceof Error || Object.prototype.toString.call(error) === '[object Error]';
  let text;
  try {
    text = require('util').inspect(error);
  } catch {
    text = 'an error that cannot be shown';
  }
  if (!isError) text = `Uncaught ${text}`;
  text = text.split('\n').filter((line) => !/^ +at (.*\()?(.*(?:bootstrap|park)\.cjs:|node:internal\/)/.test(line)).join('\n');
  try {
    writeAll(2, Buffer.from(`${text}\n`));
  } catch {}
  const cut = (value, length) => String(value).slice(0, length);
  send(serialize({
    type: 'error',
    exception: cut((isError && error.name) || typeof error, 1024),
    message: cut(isError ? error.message : text, 65536),
    traceback: cut(text, 65536),
  }));
  if (process.stdout.writableLength > 0) process.stdout.end(() => process.exit(1));
  else process.exit(1);
}

function start(exported) {
  const candidates = [exported?.handler, exported, exported?.default, exported?.default?.handler];
  const handler = candidates.find((candidate) => typeof candidate === 'function');
  if (!handler) return;
  Promise.resolve(handler(hook.payload, hook)).then(finish).catch(fail);
}

async function importEntry() {
  // Only a loader can give ES modules a module of that name, and it costs a thread: so only where it is asked for.
  if (/(from|import)\s*\(?\s*['"]grapnel['"]/.test(fs.readFileSync(entry, 'utf8'))) {
    Module.register('./loader.mjs', require('url').pathToFileURL(__filename));
  }
  start(await import(require('url').pathToFileURL(entry)));
}

function loadEntry() {
  let exported;
  try {
    exported = Module._load(entry, null, true);
  } catch (error) {
    const isModule = error?.code === 'ERR_REQUIRE_ESM' || error?.code === 'ERR_REQUIRE_ASYNC_MODULE';
    if (!isModule) return fail(error);
    return importEntry().catch(fail);
  }
  if (exported === undefined) return;
  try {
    start(exported);
  } catch (error) {
    fail(error);
  }
}

// Becomes the process of a run. All that is above knows nothing of it yet.
function begin(path) {
  entry = path;
  Object.assign(hook, {
    runId: environment.GRAPNEL_RUN_ID,
    hook: environment.GRAPNEL_HOOK,
    instance: environment.GRAPNEL_INSTANCE,
    cause: environment.GRAPNEL_CAUSE,
    env: environment,
  });
  globalThis.hook = hook;
  process.argv.splice(1, 2, entry);
  process.on('uncaughtException', fail);
  const load = Module._load;
  Module._load = function (request, parent, isMain) {
    return request === 'grapnel' ? hook : load.call(this, request, parent, isMain);
  };
  if (entry.endsWith('.mjs')) importEntry().catch(fail);
  else loadEntry();
}

// Loaded by park.cjs, it waits until there is a run.
if (require.main === module) begin(process.argv[2]);
else module.exports = begin;
