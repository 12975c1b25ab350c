use strict;
use warnings;

use Grapnel;

print length $hook->payload->{text}, "\n";
