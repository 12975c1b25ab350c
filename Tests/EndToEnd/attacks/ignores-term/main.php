<?php
pcntl_signal(SIGTERM, SIG_IGN);
echo "before\n";
flush();
while (true) {
    sleep(1);
}
