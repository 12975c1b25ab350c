<?php
foreach (range(0, 65535) as $number) {
    $target = @readlink("/proc/self/fd/$number");
    if ($target !== false) {
        echo "$number $target\n";
    }
}
