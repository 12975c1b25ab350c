<?php

function handler(array $payload): array
{
    ['a' => $a, 'b' => $b] = $payload;
    return ['sum' => $a + $b, 'parts' => [$a, $b], 'nothing' => null, 'word' => 'ü'];
}
