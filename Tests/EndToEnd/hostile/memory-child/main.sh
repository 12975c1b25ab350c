# The child is the one that uses it; the shell that waits for it goes down with it, where the limit is that of the run.
echo "before the memory"
/usr/bin/python3 -I -S -c 'b = []
while True: b.append(b"x" * (8 << 20))'
[[ $? == 1 ]] && exit 1
sleep 60
