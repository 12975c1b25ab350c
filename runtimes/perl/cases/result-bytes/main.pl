use strict;
use warnings;

sub handler {
  my ($payload, $hook) = @_;
  local $/;
  return $hook->bytes(readline $hook->body);
}
