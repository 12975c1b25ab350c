IFS=,
number=0
for path in $PARAM_PATHS; do
  number=$((number + 1))
  ln -s "$path" "/tmp/grapnel-leftover-$number"
  if { : >> "/tmp/grapnel-leftover-$number"; } 2> /dev/null; then echo "BREACH append $path"; else echo "refused append $path"; fi
  if chmod 777 "/tmp/grapnel-leftover-$number" 2> /dev/null; then echo "BREACH chmod $path"; else echo "refused chmod $path"; fi
  if ln -- "$path" "/tmp/hard-$number" 2> /dev/null; then echo "BREACH link $path"; else echo "refused link $path"; fi
done
