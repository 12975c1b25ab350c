print "$_=$ENV{$_}\0" for keys %ENV;
