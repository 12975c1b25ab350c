$| = 1;
while (1) {
    print "a line of output\n";
    print STDERR "a line of the log\n";
}
