'use strict';
// Node, begun ahead of need: waits for its one run, and goes on as bootstrap.cjs does.
const fs = require('fs');
const Module = require('module');
const path = require('path');
const vm = require('vm');
require('util');
require('url');

const file = path.join(__dirname, 'bootstrap.cjs');
const names = ['exports', 'require', 'module', '__filename', '__dirname'];
const begin = vm.compileFunction(fs.readFileSync(file, 'utf8'), names, { filename: file });
const library = { exports: {} };
process.dlopen(library, process.argv[2]);
// Made at their first use, on the descriptors of that moment: so not before.
const entry = library.exports.park();
process.argv.splice(1, 2, file, entry);
// Node remembers the folder and the time zone that it began with.
process.chdir('.');
if (process.env.TZ !== undefined) process.env.TZ = process.env.TZ;
const own = new Module(file, null);
own.filename = file;
own.paths = [];
begin.call(own.exports, own.exports, Module.createRequire(file), own, file, __dirname);
