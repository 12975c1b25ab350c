[[ $HOOK_CONFIG == '{"greeting":{"text":"Hi"}}' ]] && echo Hi
