<?php

namespace Grapnel;

/**
 * What a PHP hook knows of its run, and how it answers: the global `$hook`, `Grapnel\hook()`, or a handler's second
 * argument. Everything that a script may not need is made at first use.
 *
 * Objects of JSON are arrays with names as keys. An empty array is written as `[]`; `new stdClass` as `{}`.
 *
 * @property-read mixed $payload
 * @property-read array<string, mixed> $params the declared parameters of the payload
 * @property-read array<string, mixed> $config
 * @property-read Request $request
 * @property-read resource $body
 * @property-read array<string, string> $env
 * @property-read Log $log
 * @property-read ?string $runId
 * @property-read ?string $hook
 * @property-read ?string $instance
 * @property-read ?string $cause
 */
#[\AllowDynamicProperties]
final class Hook
{
    private bool $isFlushed = false;
    private bool $hasType = false;

    public function __get(string $name): mixed
    {
        // From now on it is an ordinary property, and this is not asked again.
        return $this->$name = match ($name) {
            'payload' => self::readPayload(),
            'params' => $this->readParams(),
            'config' => \json_decode(self::variable('HOOK_CONFIG') ?? '{}', true, flags: \JSON_THROW_ON_ERROR),
            'request' => new Request(\getenv()),
            'body' => \STDIN,
            'env' => \getenv(),
            'log' => new Log(),
            'runId' => self::variable('GRAPNEL_RUN_ID'),
            'hook' => self::variable('GRAPNEL_HOOK'),
            'instance' => self::variable('GRAPNEL_INSTANCE'),
            'cause' => self::variable('GRAPNEL_CAUSE'),
            default => throw new \Error("the hook has no property \$$name"),
        };
    }

    /**
     * Sets the status, and adds headers, of the answer.
     *
     * @param iterable<string, mixed>|iterable<array{string, mixed}> $headers by name, or pairs of name and value
     */
    public function respond(?int $status = null, iterable $headers = []): void
    {
        $head = ['type' => 'head'];
        if ($status !== null) {
            $head['status'] = $status;
        }
        foreach (self::pairs($headers) as $pair) {
            $head['headers'][] = $pair;
            $this->hasType = $this->hasType || \strcasecmp($pair[0], 'Content-Type') === 0;
        }
        Control::send(Control::serialize($head));
    }

    /** Adds one header to the answer. */
    public function header(string $name, mixed $value): void
    {
        $this->respond(headers: [[$name, $value]]);
    }

    /** Adds the header Content-Type, unless the hook has set it. */
    public function offerType(string $type): void
    {
        if (!$this->hasType) {
            $this->header('Content-Type', $type);
        }
    }

    /** Sends the head now. */
    public function flush(): void
    {
        if (!$this->isFlushed) {
            $this->isFlushed = true;
            Control::send('{"type":"flush"}');
        }
    }

    /**
     * Sends trailers after the body.
     *
     * @param iterable<string, mixed>|iterable<array{string, mixed}> $fields
     */
    public function trailers(iterable $fields): void
    {
        Control::send(Control::serialize(['type' => 'trailers', 'headers' => self::pairs($fields)]));
    }

    /** Sets the structured result of the run; the answer's body too, if nothing is printed. */
    public function result(mixed $value): void
    {
        Control::send('{"type":"result","value":' . Control::serialize($value) . '}');
    }

    /**
     * Runs another hook of the instance and waits for its reply; `hook.yaml` must declare the scope.
     *
     * @throws CallError when the host refuses
     */
    public function call(string $hook, mixed $payload = null): Reply
    {
        return Channel::call($hook, $payload);
    }

    /** @return list<array{string, string}> */
    private static function pairs(iterable $fields): array
    {
        $pairs = [];
        foreach ($fields as $name => $value) {
            $pairs[] = \is_array($value) ? [(string) $value[0], (string) $value[1]] : [(string) $name, (string) $value];
        }
        return $pairs;
    }

    private static function variable(string $name): ?string
    {
        $value = \getenv($name);
        return $value === false ? null : $value;
    }

    private static function readPayload(): mixed
    {
        $text = self::variable('HOOK_PAYLOAD');
        $descriptor = self::variable('GRAPNEL_PAYLOAD_FD');
        if ($text === null && $descriptor !== null) {
            $text = \file_get_contents("php://fd/$descriptor", offset: 0);
        }
        return $text === null ? null : \json_decode($text, true, flags: \JSON_THROW_ON_ERROR);
    }

    private function readParams(): array
    {
        $isDeclared = static function (string|int $name): bool {
            $variable = \strtoupper(\preg_replace('/[^A-Za-z0-9]/u', '_', (string) $name));
            return \getenv("PARAM_$variable") !== false;
        };
        return \is_array($this->payload) ? \array_filter($this->payload, $isDeclared, \ARRAY_FILTER_USE_KEY) : [];
    }
}
