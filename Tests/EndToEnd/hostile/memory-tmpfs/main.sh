echo "before the memory"
head -c 512M /dev/zero > /dev/shm/grapnel-leftover || exit 1
