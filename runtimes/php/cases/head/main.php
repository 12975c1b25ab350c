<?php

$hook->respond(status: 201, headers: ['Content-Type' => 'application/json', 'Location' => '/things/1']);
$hook->header('X-Word', 'über "all"');
echo '{"id":1}';
