<?php

use Grapnel\CallError;

try {
    $hook->call('conformance-greet');
} catch (CallError $error) {
    echo $error->reason === 'forbidden' ? 'refused' : $error->reason, "\n";
}
