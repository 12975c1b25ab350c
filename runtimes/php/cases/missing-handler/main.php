<?php

function handel(): string
{
    return 'never';
}
