<?php

function handler(mixed $payload): Generator
{
    yield "first\n";
    yield ['second' => trim(fgets(STDIN))];
}
