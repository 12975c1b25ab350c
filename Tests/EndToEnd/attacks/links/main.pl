my $number = 0;
for my $path (split /,/, $ENV{PARAM_PATHS}) {
    my $link = "/tmp/grapnel-leftover-" . $number++;
    symlink($path, $link) or die;
    print open(my $file, "+<", $link) ? "BREACH" : "refused", " write $path\n";
    print chmod(0777, $link) ? "BREACH" : "refused", " chmod $path\n";
    print link($path, "/tmp/hard-$number") ? "BREACH" : "refused", " link $path\n";
}
