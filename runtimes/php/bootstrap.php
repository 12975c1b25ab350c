<?php
// Runs before the hook's file, in its scope: makes $hook, and tells the host of errors that nothing catches. The
// classes beside this file are read at first use.

namespace Grapnel;

\spl_autoload_register(static function (string $class): void {
    [$namespace, $name] = \explode('\\', $class, 2) + [1 => ''];
    if ($namespace === __NAMESPACE__ && \is_file($file = __DIR__ . "/$name.php")) {
        require $file;
    }
});

\set_exception_handler(static fn (\Throwable $error) => Failure::reportException($error));

\register_shutdown_function(static function (): void {
    if (\error_get_last()) {
        Failure::reportFatal(\error_get_last());
    }
});

/** The run that this is; the same as the global `$hook`. */
function hook(): Hook
{
    static $hook;
    return $hook ??= new Hook();
}

$hook = hook();

if (\getenv('GRAPNEL_DEPENDENCIES') !== false) {
    require \getenv('GRAPNEL_DEPENDENCIES') . '/setup.php';
}
