<?php
fwrite(STDERR, "\x1b]0;owned\x07\x1b[31mred\x1b[0m\rsecond\n\u{9b}31m\n");
