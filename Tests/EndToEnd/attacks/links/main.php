<?php
foreach (explode(",", getenv("PARAM_PATHS")) as $number => $path) {
    $link = "/tmp/grapnel-leftover-$number";
    symlink($path, $link);
    echo @fopen($link, "r+b") ? "BREACH" : "refused", " write $path\n";
    echo @chmod($link, 0777) ? "BREACH" : "refused", " chmod $path\n";
    echo @link($path, "/tmp/hard-$number") ? "BREACH" : "refused", " link $path\n";
}
