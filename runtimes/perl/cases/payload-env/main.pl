use strict;
use warnings;

print "$ENV{HOOK_PAYLOAD}\n";
