use strict;
use warnings;

use Grapnel;

my $reply = $hook->call('conformance-greet', {name => 'Ada "ü"\\'});
die 'status ' . $reply->status if $reply->status != 201;
print 'reply: ', $reply->text;
