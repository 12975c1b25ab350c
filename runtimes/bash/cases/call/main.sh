printf 'reply: '
grapnel_call conformance-greet '{"name":"Ada \"ü\"\\"}'
