<?php
echo "before\n";
flush();
while (true) {
    fwrite(STDERR, "a line of the log\n");
}
