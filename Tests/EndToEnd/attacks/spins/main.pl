$| = 1;
print "before\n";
fork;
fork;
1 while 1;
