use strict;
use warnings;

print "done\n";
