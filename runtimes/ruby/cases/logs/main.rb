require 'grapnel'

log = Grapnel.log
log.debug('one')
log.info("two\t\"ü\"\n\x01")
log.warning('three')
log.error('four')
warn 'from stderr'
puts 'done'
