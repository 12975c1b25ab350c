use strict;
use warnings;

use Grapnel;

eval { $hook->call('conformance-greet'); 1 }
  or print $@->code eq 'forbidden' ? "refused\n" : $@->code . "\n";
