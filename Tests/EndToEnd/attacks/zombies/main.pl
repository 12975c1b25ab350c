use POSIX;

for (1 .. 1000) {
    my $child = fork;
    if (!$child) { fork; POSIX::_exit(0); }
    waitpid $child, 0;
}
print "done\n";
