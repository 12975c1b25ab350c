<?php
foreach (explode(",", getenv("PARAM_PROCESSES")) as $process) {
    exec("kill -9 $process 2> /dev/null", $lines, $status);
    echo $status === 0 ? "BREACH" : "refused", " $process\n";
}
exec("kill -9 1 2> /dev/null");
echo "done\n";
