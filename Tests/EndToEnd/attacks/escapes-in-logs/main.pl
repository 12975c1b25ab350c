print STDERR "\x1b]0;owned\x07\x1b[31mred\x1b[0m\rsecond\n\xc2\x9b31m\n";
