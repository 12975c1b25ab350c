use strict;
use warnings;

print join(' ', $ENV{PARAM_NAME}, $ENV{PARAM_COUNT}, $ENV{PARAM_EXTRA} // 'unset'), "\n";
