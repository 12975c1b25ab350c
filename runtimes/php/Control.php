<?php

namespace Grapnel;

/** The control pipe: what a run tells its host about its answer. */
final class Control
{
    public const MAXIMUM_FRAME = 1 << 20;

    private const DESCRIPTOR = 3;
    private const FLAGS = \JSON_UNESCAPED_SLASHES | \JSON_UNESCAPED_UNICODE;

    /** @var resource */
    private static $pipe;

    /** Sends one frame of JSON. */
    public static function send(string $json): void
    {
        self::$pipe ??= \fopen('php://fd/' . self::DESCRIPTOR, 'w');
        self::write(self::$pipe, self::frame($json));
    }

    /** The netstring of a text. */
    public static function frame(string $json): string
    {
        $length = \strlen($json);
        if ($length > self::MAXIMUM_FRAME) {
            throw new \LengthException("a control frame has $length bytes, more than " . self::MAXIMUM_FRAME);
        }
        return "$length:$json,";
    }

    /** @param resource $stream */
    public static function write($stream, string $data): void
    {
        // One call may write only a part. The exception says what a warning would.
        while ($data !== '') {
            $count = @\fwrite($stream, $data);
            if ($count === false) {
                throw new \RuntimeException('the host closed its pipe');
            }
            $data = \substr($data, $count);
        }
    }

    /** @throws \JsonException for what JSON cannot write, such as text that is not UTF-8 */
    public static function serialize(mixed $value): string
    {
        return \json_encode($value, self::FLAGS | \JSON_THROW_ON_ERROR);
    }

    /** The value as JSON, with a replacement for whatever JSON cannot write. */
    public static function serializeAnything(mixed $value): string
    {
        $flags = self::FLAGS | \JSON_INVALID_UTF8_SUBSTITUTE;
        $json = \json_encode($value, $flags);
        return $json !== false ? $json : \json_encode(\print_r($value, true), $flags);
    }
}
