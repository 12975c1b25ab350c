use strict;
use warnings;

print 'before'
print 'after';
