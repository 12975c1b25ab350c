package Loud;

use strict;
use warnings;

sub shout { uc $_[0] }

1;
