use strict;
use warnings;

use Grapnel;

$hook->respond(status => 202);
print "first\n";
$hook->flush;
print 'second ', scalar <STDIN>;
