<?php
exec("setsid sh -c 'trap \"\" TERM; sleep 600' < /dev/null > /dev/null 2>&1 3>&- 4>&- &");
if (pcntl_fork() === 0) {
    pcntl_signal(SIGTERM, SIG_IGN);
    fclose(STDOUT);
    sleep(600);
}
echo "done\n";
