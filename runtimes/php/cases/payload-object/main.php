<?php

function handler(array $payload): void
{
    $item = $payload['items'][1];
    echo "{$item['name']} {$item['born']}\n";
}
