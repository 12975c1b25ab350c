use threads;

$| = 1;
print "before\n";
$SIG{__WARN__} = sub { exit 1 };
while (1) {
    threads->create(sub { sleep 600 }) or exit 1;
}
