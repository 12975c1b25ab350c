<?php

$request = $hook->request;
$hidden = isset($hook->env['HTTP_AUTHORIZATION']) || isset($hook->env['HTTP_COOKIE']) ? 'shown' : 'hidden';
echo "$request->method $request->path $request->query $request->contentType {$request->headers['x-colour']} $hidden\n";
