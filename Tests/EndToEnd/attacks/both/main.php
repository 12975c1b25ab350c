<?php
while (true) {
    echo "a line of output\n";
    fwrite(STDERR, "a line of the log\n");
}
