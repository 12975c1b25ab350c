use strict;
use warnings;

use Grapnel;

print 'abc';
$hook->trailers({'X-Sum' => unpack '%32C*', 'abc'});
