IFS=,
for target in $PARAM_TARGETS; do
  host=${target%:*}
  if (exec 5<> "/dev/tcp/${host//[\[\]]/}/${target##*:}") 2> /dev/null; then echo "BREACH $target"; else echo "refused $target"; fi
done
if getent hosts "$PARAM_NAME" > /dev/null 2>&1; then echo "BREACH $PARAM_NAME"; else echo "refused $PARAM_NAME"; fi
