$| = 1;
print "done\n";
if (!fork) { sleep 600 }
