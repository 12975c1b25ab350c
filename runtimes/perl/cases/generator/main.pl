use strict;
use warnings;

# A handler that returns a sub streams what that gives, until it is undef.
sub handler {
  my @steps = (sub { "first\n" }, sub { chomp(my $line = <STDIN>); {second => $line} });
  return sub { @steps ? (shift @steps)->() : undef };
}
