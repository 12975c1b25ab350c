IFS=,
for path in $PARAM_PATHS; do
  # Some can be opened, and written by nobody.
  if (echo x >> "$path") 2> /dev/null; then echo "BREACH append $path"; else echo "refused append $path"; fi
  if chmod 777 "$path" 2> /dev/null; then echo "BREACH chmod $path"; else echo "refused chmod $path"; fi
  if mv "$path" "$path.old" 2> /dev/null; then echo "BREACH move $path"; else echo "refused move $path"; fi
  if [[ -e $path ]] && rm -f "$path" 2> /dev/null; then echo "BREACH remove $path"; else echo "refused remove $path"; fi
done
