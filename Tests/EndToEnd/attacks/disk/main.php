<?php
echo "before\n";
flush();
for ($number = 0; ; $number++) {
    if (@file_put_contents("/tmp/grapnel-leftover-$number", str_repeat("x", 1 << 20)) !== 1 << 20) {
        exit(1);
    }
}
