<?php

function deeper(): never
{
    throw new DomainException('no such luck');
}

function handler(mixed $payload): void
{
    deeper();
}
