local log = require("grapnel").log

log.debug("one")
log.info('two\t"ü"\n\1')
log.warning("three")
log.error("four")
io.stderr:write("from stderr\n")
print("done")
