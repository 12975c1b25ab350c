use strict;
use warnings;

use Grapnel;

my $log = $hook->log;
$log->debug('one');
$log->info("two\t\"ü\"\n\x01");
$log->warning('three');
$log->error('four');
print STDERR "from stderr\n";
print "done\n";
