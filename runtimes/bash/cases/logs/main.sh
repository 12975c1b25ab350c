grapnel_log debug one
grapnel_log info $'two\t"ü"\n\x01'
grapnel_log warning three
grapnel_log error four
echo 'from stderr' >&2
echo done
