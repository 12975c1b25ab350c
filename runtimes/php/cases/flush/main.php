<?php

$hook->respond(status: 202);
echo "first\n";
$hook->flush();
echo 'second ', fgets(STDIN);
