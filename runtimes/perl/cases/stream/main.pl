use strict;
use warnings;

use Grapnel;

print $_ while read $hook->body, $_, 1 << 16;
