<?php

namespace Grapnel;

/** The host channel: what a run asks of its host, one question at a time. */
final class Channel
{
    private const DESCRIPTOR = 4;

    /** @var resource */
    private static $socket;
    private static int $lastId = 0;

    public static function call(string $hook, mixed $payload): Reply
    {
        self::$socket ??= \fopen('php://fd/' . self::DESCRIPTOR, 'r+');
        $id = ++self::$lastId;
        $params = ['hook' => $hook, 'payload' => $payload];
        $json = Control::serialize(['id' => $id, 'method' => 'hooks.run', 'params' => $params]);
        if (\strlen($json) > Control::MAXIMUM_FRAME) {
            $length = \strlen($json);
            throw new CallError('too_large', "the call has $length bytes, more than " . Control::MAXIMUM_FRAME);
        }
        Control::write(self::$socket, Control::frame($json));
        do {
            $reply = \json_decode(self::readFrame(), true, flags: \JSON_THROW_ON_ERROR);
        } while ($reply['id'] !== $id);
        if (isset($reply['error'])) {
            throw new CallError($reply['error']['code'] ?? 'internal', $reply['error']['message'] ?? '');
        }
        return new Reply($reply['result']);
    }

    private static function readFrame(): string
    {
        $length = '';
        while (($digit = self::read(1)) !== ':') {
            $length .= $digit;
        }
        return \substr(self::read((int) $length + 1), 0, -1);
    }

    private static function read(int $length): string
    {
        $data = '';
        while (\strlen($data) < $length) {
            $part = \fread(self::$socket, $length - \strlen($data));
            if ($part === false || $part === '') {
                throw new CallError('unavailable', 'the host closed its channel');
            }
            $data .= $part;
        }
        return $data;
    }
}
