for my $number (0 .. 65535) {
    my $target = readlink "/proc/self/fd/$number";
    print "$number $target\n" if defined $target;
}
