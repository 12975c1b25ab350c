<?php

echo getenv('PARAM_NAME'), ' ', getenv('PARAM_COUNT'), ' ', getenv('PARAM_EXTRA') ?: 'unset', "\n";
