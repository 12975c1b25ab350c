<?php
foreach (explode(",", getenv("PARAM_PATHS")) as $path) {
    echo @fopen($path, "ab") ? "BREACH" : "refused", " append $path\n";
    echo @chmod($path, 0777) ? "BREACH" : "refused", " chmod $path\n";
    echo @rename($path, "$path.old") ? "BREACH" : "refused", " rename $path\n";
    echo @unlink($path) ? "BREACH" : "refused", " unlink $path\n";
}
