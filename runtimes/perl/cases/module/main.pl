use strict;
use warnings;

use Grapnel;
use Loud;

sub handler {
  my ($payload) = @_;
  $hook->respond(status => 203);
  return Loud::shout("Hello, $payload->{name}");
}
