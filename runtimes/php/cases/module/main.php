<?php

require __DIR__ . '/loud.php';

function handler(array $payload): string
{
    Grapnel\hook()->respond(status: 203);
    return shout("Hello, {$payload['name']}");
}
