<?php
for ($number = 0; $number < 300; $number++) {
    $child = pcntl_fork();
    if ($child === 0) {
        pcntl_fork();
        posix_kill(getmypid(), SIGKILL);
    }
    pcntl_waitpid($child, $status);
}
echo "done\n";
