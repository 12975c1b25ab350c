<?php
echo "before\n";
flush();
$file = fopen("/tmp/grapnel-leftover", "wb");
for ($count = 0; $count < 1024; $count++) {
    fwrite($file, str_repeat("x", 1 << 20)) or exit(1);
}
