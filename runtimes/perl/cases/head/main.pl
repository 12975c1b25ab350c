use strict;
use warnings;

use Grapnel;

$hook->respond(status => 201, headers => {'Content-Type' => 'application/json', Location => '/things/1'});
$hook->header('X-Word', 'über "all"');
print '{"id":1}';
