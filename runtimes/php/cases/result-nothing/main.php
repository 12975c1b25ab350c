<?php

function handler(mixed $payload): void
{
}
