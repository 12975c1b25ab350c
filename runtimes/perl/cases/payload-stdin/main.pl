use strict;
use warnings;

print uc while <STDIN>;
