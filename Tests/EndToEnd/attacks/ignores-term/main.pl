$SIG{TERM} = 'IGNORE';
$| = 1;
print "before\n";
sleep 1 while 1;
