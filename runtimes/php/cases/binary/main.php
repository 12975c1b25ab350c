<?php

$hook->header('Content-Type', 'application/octet-stream');
echo stream_get_contents($hook->body);
