'use strict';
// Node, begun ahead of need: waits for its one run, and goes on as bootstrap.cjs does.
const begin = require('./bootstrap.cjs');
require('url');
require('util');

const library = { exports: {} };
process.dlopen(library, process.argv[2]);
const entry = library.exports.park();
// Node remembers the folder and the time zone that it began with.
process.chdir('.');
if (process.env.TZ !== undefined) process.env.TZ = process.env.TZ;
begin(entry);
