trap '' TERM INT HUP
echo before
while :; do sleep 1; done
