$| = 1;
print "before\n";
# System V shared memory: it belongs to no process.
while (1) {
    my $id = shmget(0, 8 << 20, 01600) // exit 1;
    shmwrite($id, "x" x (8 << 20), 0, 8 << 20) or exit 1;
}
