<?php

echo "Hello, {$hook->params['name']}!\n";
