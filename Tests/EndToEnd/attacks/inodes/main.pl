$| = 1;
print "before\n";
for (my $number = 0; ; $number++) { symlink("/", "/tmp/grapnel-leftover-$number") or die $!; }
