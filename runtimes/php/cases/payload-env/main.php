<?php

echo getenv('HOOK_PAYLOAD'), "\n";
