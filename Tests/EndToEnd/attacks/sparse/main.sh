trap '' XFSZ
attempt() {
  if "$@" 2> /dev/null; then echo "BREACH $*"; else echo "refused $*"; fi
}
attempt truncate -s 1T /tmp/grapnel-leftover-1
attempt fallocate -l 1T /tmp/grapnel-leftover-2
attempt dd if=/dev/zero of=/tmp/grapnel-leftover-3 bs=1M count=1 seek=1000000 status=none
