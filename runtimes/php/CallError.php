<?php

namespace Grapnel;

/** The host refused a call. `$reason` says why in one word. */
final class CallError extends \RuntimeException
{
    public function __construct(public readonly string $reason, string $message)
    {
        parent::__construct($message);
    }
}
