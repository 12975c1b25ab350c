const { log } = require('grapnel');

log.debug('one');
log.info('two\t"ü"\n\x01');
log.warning('three');
log.error('four');
console.error('from stderr');
console.log('done');
