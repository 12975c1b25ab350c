use strict;
use warnings;

use Grapnel;

my $request = $hook->request;
my $hidden = exists $ENV{HTTP_AUTHORIZATION} || exists $ENV{HTTP_COOKIE} ? 'shown' : 'hidden';
print join(' ', @$request{qw(method path query content_type)}, $request->{headers}{'x-colour'}, $hidden), "\n";
