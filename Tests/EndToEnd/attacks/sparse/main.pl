$SIG{XFSZ} = 'IGNORE';
open(my $file, "+>", "/tmp/grapnel-leftover") or die;
print truncate($file, 1 << 40) ? "BREACH" : "refused", " truncate\n";
sysseek($file, 1 << 39, 0);
print defined(syswrite($file, "x" x (1 << 20))) ? "BREACH" : "refused", " write far out\n";
