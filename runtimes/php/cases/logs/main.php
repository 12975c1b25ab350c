<?php

$hook->log->debug('one');
$hook->log->info("two\t\"ü\"\n\x01");
$hook->log->warning('three');
$hook->log->error('four');
fwrite(STDERR, "from stderr\n");
echo "done\n";
