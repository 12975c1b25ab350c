attempt() {
  if "$@" > /dev/null 2>&1 < /dev/null; then echo "BREACH $*"; else echo "refused $*"; fi
}
cp /bin/bash /tmp/grapnel-leftover
chmod 6755 /tmp/grapnel-leftover
attempt test "$(/tmp/grapnel-leftover -p -c 'echo $EUID')" != "$EUID"
attempt su -c true
attempt sudo -n true
attempt newuidmap $$ 0 0 1
attempt setcap cap_sys_admin+ep /tmp/grapnel-leftover
attempt unshare --user true
attempt unshare --mount true
attempt unshare --map-root-user --net true
attempt bwrap --ro-bind / / true
attempt mount -t tmpfs none /tmp
attempt chroot / true
attempt mknod /tmp/grapnel-leftover-device c 1 3
attempt dmesg
attempt sysctl -w kernel.hostname=x
attempt test -e /dev/kmsg -o -e /dev/mem -o -e /dev/fuse -o -e /dev/kvm -o -e /dev/tty
attempt grep -v '^Cap.*0000000000000000$' <(grep ^Cap /proc/self/status)
