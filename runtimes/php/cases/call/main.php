<?php

$reply = $hook->call('conformance-greet', ['name' => 'Ada "ü"\\']);
echo $reply->status === 201 ? 'reply: ' : "$reply->status: ", $reply->text;
