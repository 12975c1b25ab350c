<?php

echo 'abc';
$hook->trailers(['X-Sum' => array_sum(array_map('ord', str_split('abc')))]);
