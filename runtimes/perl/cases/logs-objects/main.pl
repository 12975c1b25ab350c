use strict;
use warnings;

use Grapnel;

$hook->log->info({a => [1, \1, undef]});
