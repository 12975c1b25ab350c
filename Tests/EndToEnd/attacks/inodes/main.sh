echo before
for ((number = 0; ; number++)); do : > "/tmp/grapnel-leftover-$number" || exit 1; done 2> /dev/null
