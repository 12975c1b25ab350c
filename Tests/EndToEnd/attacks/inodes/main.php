<?php
echo "before\n";
flush();
for ($number = 0; ; $number++) {
    @touch("/tmp/grapnel-leftover-$number") or exit(1);
}
