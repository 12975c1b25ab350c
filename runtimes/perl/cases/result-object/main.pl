use strict;
use warnings;

sub handler {
  my ($payload) = @_;
  my ($first, $second) = @$payload{qw(a b)};
  return {sum => $first + $second, parts => [$first, $second], nothing => undef, word => 'ü'};
}
