binmode STDERR;
print STDERR "\xff\xfe\0x" x 16384 while 1;
