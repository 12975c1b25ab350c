<?php

namespace Grapnel;

/** Tells the host why the run is about to fail, and ends it. */
final class Failure
{
    private const MAXIMUM_TEXT = 128 << 10;
    private const FATAL = \E_ERROR | \E_PARSE | \E_CORE_ERROR | \E_COMPILE_ERROR | \E_USER_ERROR | \E_RECOVERABLE_ERROR;

    /** Prints the exception as PHP does, without the places in the bootstrap. */
    public static function reportException(\Throwable $error): never
    {
        $own = '~^(#\d+ )' . \preg_quote(__DIR__, '~') . '/\w+\.php\(\d+\)~m';
        $text = 'Uncaught ' . \preg_replace($own, '$1[internal function]', (string) $error) . "\n";
        \fwrite(\STDERR, $text);
        self::send($error::class, $error->getMessage(), $text);
        exit(1);
    }

    /**
     * An error that is no exception, such as a file that does not parse; PHP has printed it already.
     *
     * @param array{type: int, message: string, file: string, line: int} $error
     */
    public static function reportFatal(array $error): void
    {
        if ($error['type'] & self::FATAL) {
            $type = $error['type'] === \E_PARSE ? 'ParseError' : 'FatalError';
            self::send($type, $error['message'], "{$error['message']} in {$error['file']}:{$error['line']}\n");
            exit(1);
        }
    }

    private static function send(string $type, string $message, string $traceback): void
    {
        Control::send(Control::serializeAnything([
            'type' => 'error',
            'exception' => $type,
            'message' => \substr($message, 0, self::MAXIMUM_TEXT),
            'traceback' => \substr($traceback, -self::MAXIMUM_TEXT),
        ]));
    }
}
