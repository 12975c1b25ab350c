<?php
foreach (explode(",", getenv("PARAM_TARGETS")) as $target) {
    echo @stream_socket_client("tcp://$target", $code, $text, 2) ? "BREACH" : "refused", " $target\n";
}
foreach (explode(",", getenv("PARAM_SOCKETS")) as $path) {
    echo @stream_socket_client("unix://" . str_replace("@", "\0", $path), $code, $text, 2) ? "BREACH" : "refused", " $path\n";
}
$name = getenv("PARAM_NAME");
echo gethostbyname($name) !== $name ? "BREACH" : "refused", " $name\n";
