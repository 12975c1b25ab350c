<?php
echo "before\n";
flush();
pcntl_fork();
pcntl_fork();
while (true) {
}
