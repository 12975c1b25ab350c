<?php

use Grapnel\Hook;

function handler(array $payload, Hook $hook): string
{
    return "Hello, {$hook->params['name']}";
}
