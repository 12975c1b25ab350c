<?php

echo getenv('SERVICE_TOKEN'), ' ', getenv('SERVICE_PASSWORD') ?: 'unset', "\n";
