$| = 1;
print "before\n";
while (1) {
    my $child = fork;
    die "no more: $!" unless defined $child;
    sleep 600 if $child == 0;
}
