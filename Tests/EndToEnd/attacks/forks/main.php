<?php
echo "before\n";
flush();
while (true) {
    $child = pcntl_fork();
    if ($child === 0) {
        sleep(600);
    }
    if ($child < 0) {
        exit(1);
    }
}
