print "a line of output\n" while 1;
