trap '' TERM INT HUP
echo "before the end"
while :; do sleep 1; done
