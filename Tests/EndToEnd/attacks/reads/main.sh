IFS=,
for path in $PARAM_PATHS; do
  if content=$(head -c 64 -- "$path" 2> /dev/null | tr -d '\0') && [[ -n $content ]]; then
    echo "BREACH $path"
  else
    echo "refused $path"
  fi
done
