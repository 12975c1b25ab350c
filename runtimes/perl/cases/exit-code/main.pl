use strict;
use warnings;

print "partial\n";
exit 7;
