use strict;
use warnings;

use utf8;
use Grapnel;

binmode STDOUT, ':utf8';
print 'Hello, ', $hook->params->{name}, "!\n";
