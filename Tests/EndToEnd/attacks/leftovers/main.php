<?php
foreach (["/tmp", "/dev/shm", "/run/lock"] as $folder) {
    if (file_exists("$folder/grapnel-leftover")) {
        echo "BREACH $folder\n";
    }
    if (@touch("$folder/grapnel-leftover")) {
        echo "made $folder\n";
    }
}
echo "done\n";
