for my $path (split /,/, $ENV{PARAM_PATHS}) {
    my $count = open(my $file, "<", $path) ? sysread($file, my $text, 64) : 0;
    print $count ? "BREACH" : "refused", " $path\n";
}
