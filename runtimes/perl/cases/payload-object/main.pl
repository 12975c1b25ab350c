use strict;
use warnings;

sub handler {
  my ($payload) = @_;
  my $item = $payload->{items}[1];
  print "$item->{name} $item->{born}\n";
  return;
}
