<?php

use Grapnel\Hook;

function handler(mixed $payload, Hook $hook): string
{
    return stream_get_contents($hook->body);
}
