<?php

$hook->log->info(['a' => [1, true, null]]);
