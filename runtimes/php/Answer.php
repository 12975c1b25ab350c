<?php

namespace Grapnel;

/** What becomes of the value that a handler returns. */
final class Answer
{
    /** UTF-8 is text, all other strings are bytes; what can be iterated is streamed; what no frame holds is printed. */
    public static function finish(mixed $value): void
    {
        if ($value instanceof \Traversable) {
            self::stream($value);
            return;
        }
        if (\is_string($value) && !\preg_match('//u', $value)) {
            hook()->offerType('application/octet-stream');
            echo $value;
            return;
        }
        $json = Control::serialize($value);
        if (\strlen($json) <= Control::MAXIMUM_FRAME - 64) {
            Control::send("{\"type\":\"result\",\"value\":$json}");
        } elseif (\is_string($value)) {
            echo $value;
        } else {
            hook()->offerType('application/json');
            echo $json, "\n";
        }
    }

    /** Strings go out as they are, any other value as a line of JSON. */
    private static function stream(iterable $chunks): void
    {
        foreach ($chunks as $chunk) {
            $text = \is_string($chunk) ? $chunk : Control::serialize($chunk) . "\n";
            hook()->flush();
            echo $text;
        }
    }
}
