<?php

namespace Grapnel;

/** The request that started the run. `$headers` has lower-case names; credentials are never among them. */
final class Request
{
    public readonly ?string $method;
    public readonly string $path;
    public readonly string $query;
    public readonly ?string $contentType;
    public readonly ?int $contentLength;
    public readonly ?string $remoteAddress;
    /** @var array<string, string> */
    public readonly array $headers;

    /** @param array<string, string> $env */
    public function __construct(array $env)
    {
        $this->method = $env['REQUEST_METHOD'] ?? null;
        $this->path = $env['PATH_INFO'] ?? '';
        $this->query = $env['QUERY_STRING'] ?? '';
        $this->contentType = $env['CONTENT_TYPE'] ?? null;
        $this->contentLength = isset($env['CONTENT_LENGTH']) ? (int) $env['CONTENT_LENGTH'] : null;
        $this->remoteAddress = $env['REMOTE_ADDR'] ?? null;
        $headers = [];
        foreach ($env as $name => $value) {
            if (\str_starts_with($name, 'HTTP_')) {
                $headers[\strtolower(\strtr(\substr($name, 5), '_', '-'))] = $value;
            }
        }
        $this->headers = $headers;
    }
}
