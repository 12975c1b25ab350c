<?php
echo "done\n";
flush();
if (pcntl_fork() === 0) {
    sleep(600);
}
