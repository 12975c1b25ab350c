<?php

namespace Grapnel;

/** What another hook answered. */
final class Reply
{
    public readonly ?string $run;
    public readonly int $status;
    /** @var list<array{string, string}> */
    public readonly array $headers;
    public readonly string $body;
    /** The same as the body: strings of PHP are bytes. */
    public readonly string $text;
    public readonly mixed $result;

    /** @param array<string, mixed> $members */
    public function __construct(array $members)
    {
        $this->run = $members['run'] ?? null;
        $this->status = $members['status'] ?? 200;
        $this->headers = $members['headers'] ?? [];
        $this->body = isset($members['base64']) ? \base64_decode($members['base64']) : $members['body'] ?? '';
        $this->text = $this->body;
        $this->result = $members['result'] ?? null;
    }

    /** @throws \JsonException if the body is not JSON */
    public function json(): mixed
    {
        return \json_decode($this->body, true, flags: \JSON_THROW_ON_ERROR);
    }
}
