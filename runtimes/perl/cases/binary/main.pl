use strict;
use warnings;

use Grapnel;

binmode STDIN;
$hook->header('Content-Type', 'application/octet-stream');
print while <STDIN>;
