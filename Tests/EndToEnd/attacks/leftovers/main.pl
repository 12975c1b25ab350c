for my $folder ("/tmp", "/dev/shm", "/run/lock") {
    print "BREACH $folder\n" if -e "$folder/grapnel-leftover";
    print "made $folder\n" if open(my $file, ">", "$folder/grapnel-leftover");
}
# A segment with a well-known key stays when its process is gone.
print "BREACH segment\n" if defined shmget(0x67726170, 4096, 0600);
print defined(shmget(0x67726170, 4096, 01600)) ? "made segment\n" : "";
print "done\n";
