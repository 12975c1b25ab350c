const fs = require("fs");

for (;;) fs.writeSync(2, Buffer.alloc(65536, Buffer.from([0xff, 0xfe, 0, 0x78])));
