<?php
// installed.php before: takes the classes of the hook itself out of composer.json, as their files are not here.
// installed.php after LAYER: writes LAYER/setup.php, which runs load before the hook.

/** @return array<string, mixed> */
function readJSON(string $file): array
{
    return json_decode((string) file_get_contents($file), true, 512, JSON_THROW_ON_ERROR);
}

/** The extensions that packages ask for and this machine has in files, each behind those that it needs itself. */
function extensions(array $packages): array
{
    $found = [];
    $add = static function (string $name) use (&$add, &$found): void {
        $name = strtolower($name);
        if (in_array($name, $found, true) || !extension_loaded($name)) {
            return;
        }
        foreach ((new ReflectionExtension($name))->getDependencies() as $other => $kind) {
            if ($kind === 'Required') {
                $add($other);
            }
        }
        if (is_file(ini_get('extension_dir') . "/$name.so")) {
            $found[] = $name;
        }
    };
    foreach ($packages as $package) {
        foreach (array_keys($package['require'] ?? []) as $name) {
            if (str_starts_with($name, 'ext-')) {
                $add(substr($name, 4));
            }
        }
    }
    return $found;
}

/** The hook's own classes and files, which stand in /hook. */
function own(array $autoload): string
{
    $code = '';
    foreach (['psr-4' => 'addPsr4', 'psr-0' => 'add'] as $kind => $method) {
        foreach ($autoload[$kind] ?? [] as $prefix => $folders) {
            $folders = array_map(static fn ($folder) => rtrim("/hook/$folder", '/') . '/', (array) $folders);
            $code .= "    \$loader->$method(" . var_export((string) $prefix, true) . ', '
                . var_export($folders, true) . ");\n";
        }
    }
    foreach ($autoload['files'] ?? [] as $file) {
        $code .= '    require_once ' . var_export("/hook/$file", true) . ";\n";
    }
    return $code;
}

function before(): void
{
    $text = (string) file_get_contents('composer.json');
    $project = json_decode($text);
    // What cannot be read is Composer's to judge, who says it better.
    if (!$project instanceof stdClass) {
        return;
    }
    if (isset($project->autoload->classmap)) {
        fwrite(STDERR, "autoload.classmap of composer.json is not followed; psr-4, psr-0 and files are\n");
    }
    file_put_contents('/tmp/autoload.json', json_encode($project->autoload ?? new stdClass()));
    unset($project->autoload, $project->{'autoload-dev'});
    file_put_contents('composer.json', json_encode($project, JSON_UNESCAPED_SLASHES | JSON_PRESERVE_ZERO_FRACTION));
}

function after(string $layer): void
{
    $packages = [readJSON('composer.json'), ...readJSON("$layer/vendor/composer/installed.json")['packages']];
    $code = "<?php\n// Made by Grapnel when the hook was deployed.\n\n(static function (): void {\n";
    foreach (extensions($packages) as $name) {
        $name = var_export($name, true);
        $code .= "    extension_loaded($name) || dl($name);\n";
    }
    $code .= "    \$loader = require __DIR__ . '/vendor/autoload.php';\n" . own(readJSON('/tmp/autoload.json')) . "})();\n";
    file_put_contents("$layer/setup.php", $code);
}

$argv[1] === 'before' ? before() : after($argv[2]);
