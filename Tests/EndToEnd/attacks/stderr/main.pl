$| = 1;
print "before\n";
print STDERR "a line of the log\n" while 1;
