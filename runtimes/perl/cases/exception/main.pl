use strict;
use warnings;

sub deeper {
  die 'no such luck';
}

sub handler {
  deeper();
}
