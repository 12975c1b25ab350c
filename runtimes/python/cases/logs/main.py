import sys

from grapnel import log

log.debug("one")
log.info('two\t"ü"\n\x01')
log.warning("three")
log.error("four")
print("from stderr", file=sys.stderr)
print("done")
