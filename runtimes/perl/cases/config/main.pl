use strict;
use warnings;

use Grapnel;

print $hook->config->{greeting}{text}, "\n";
