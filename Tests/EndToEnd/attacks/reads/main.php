<?php
foreach (explode(",", getenv("PARAM_PATHS")) as $path) {
    $content = @file_get_contents($path, false, null, 0, 64);
    echo $content ? "BREACH" : "refused", " $path\n";
}
