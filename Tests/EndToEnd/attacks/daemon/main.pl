use POSIX;

if (!fork) {
    POSIX::setsid();
    if (!fork) {
        $SIG{TERM} = 'IGNORE';
        POSIX::close($_) for 0 .. 4;
        sleep 600;
    }
    POSIX::_exit(0);
}
wait;
print "done\n";
