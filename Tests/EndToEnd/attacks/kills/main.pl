for my $process (split /,/, $ENV{PARAM_PROCESSES}) {
    print kill('KILL', $process) ? "BREACH" : "refused", " $process\n";
}
kill 'KILL', 1, getppid;
kill 'KILL', -1;
print "done\n";
