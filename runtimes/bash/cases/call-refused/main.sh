grapnel_call conformance-greet 2>/tmp/error
[[ $? == 2 ]] && echo refused
