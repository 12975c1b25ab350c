use strict;
use warnings;

print "Hello\n";
