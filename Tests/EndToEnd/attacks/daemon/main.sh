(trap '' HUP TERM; setsid sh -c 'trap "" HUP TERM; exec sleep 600' < /dev/null > /dev/null 2>&1 3>&- 4>&- &)
echo done
