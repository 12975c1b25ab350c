<?php

function handler(array $payload): void
{
    echo json_encode($payload), "\n";
}
