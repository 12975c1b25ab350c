echo before
exec cat /dev/zero > /tmp/grapnel-leftover-1 2> /dev/null 3> /dev/null
