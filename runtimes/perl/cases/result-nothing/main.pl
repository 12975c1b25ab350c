use strict;
use warnings;

sub handler { }
