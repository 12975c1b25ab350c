<?php
echo "before\n";
flush();
sleep(600);
