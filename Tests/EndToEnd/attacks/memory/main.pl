$| = 1;
print "before\n";
my @blocks;
push @blocks, "x" x (8 << 20) while 1;
