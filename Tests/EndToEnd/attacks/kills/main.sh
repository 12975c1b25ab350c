IFS=,
for process in $PARAM_PROCESSES; do
  if kill -9 "$process" 2> /dev/null; then echo "BREACH $process"; else echo "refused $process"; fi
done
kill -9 1
(trap '' TERM; kill -TERM -- -1) 2> /dev/null
trap '' TERM
echo done
