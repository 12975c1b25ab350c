<?php

namespace Grapnel;

/** Messages with levels, in the hook's log. Values that JSON cannot write are logged as `print_r` shows them. */
final class Log
{
    public function debug(mixed $value): void
    {
        self::send('debug', $value);
    }

    public function info(mixed $value): void
    {
        self::send('info', $value);
    }

    public function warning(mixed $value): void
    {
        self::send('warning', $value);
    }

    public function error(mixed $value): void
    {
        self::send('error', $value);
    }

    private static function send(string $level, mixed $value): void
    {
        $json = Control::serializeAnything($value instanceof \Throwable ? (string) $value : $value);
        if (\strlen($json) > Control::MAXIMUM_FRAME - 64) {
            $json = Control::serializeAnything(\substr($json, 0, Control::MAXIMUM_FRAME >> 3) . ' (cut)');
        }
        Control::send("{\"type\":\"log\",\"level\":\"$level\",\"value\":$json}");
    }
}
