$| = 1;
print "before\n";
for (my $number = 0; ; $number++) {
    open(my $file, ">", "/tmp/grapnel-leftover-$number") or die $!;
    print {$file} "x" x (1 << 20) or die $!;
    close($file) or die $!;
}
