<?php
foreach ([
    "su -c true", "unshare --user true", "unshare --mount true", "mount -t tmpfs none /tmp", "chroot / true",
    "mknod /tmp/grapnel-leftover c 1 3", "dmesg", "grep -E '^Cap\w+:\s*0*[1-9a-f]' /proc/self/status",
] as $words) {
    exec("$words < /dev/null > /dev/null 2>&1", $lines, $status);
    echo $status === 0 ? "BREACH" : "refused", " $words\n";
}
