<?php

$hook->header('X-Kept', 'yes');
echo "before\n";
exit;
echo "after\n";
