for my $path (split /,/, $ENV{PARAM_PATHS}) {
    print open(my $file, ">>", $path) ? "BREACH" : "refused", " append $path\n";
    print chmod(0777, $path) ? "BREACH" : "refused", " chmod $path\n";
    print rename($path, "$path.old") ? "BREACH" : "refused", " rename $path\n";
    print unlink($path) ? "BREACH" : "refused", " unlink $path\n";
}
