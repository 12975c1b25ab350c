use strict;
use warnings;

sub handler {
  my ($payload, $hook) = @_;
  return 'Hello, ' . $hook->params->{name};
}
