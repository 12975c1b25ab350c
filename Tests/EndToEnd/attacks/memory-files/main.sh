echo before
exec head -c 1G /dev/zero > /dev/shm/grapnel-leftover
