use strict;
use warnings;

use JSON::PP;

sub handler {
  my ($payload) = @_;
  print encode_json($payload), "\n";
  return;
}
