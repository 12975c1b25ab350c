# Goes on until the namespace ends, so that a clean-up by path would meet a folder that is a link a moment later.
mkdir -p /tmp/a/b /tmp/c
: > /tmp/a/b/file
(while :; do
  mv -T /tmp/a/b /tmp/c/b; ln -sfn "$PARAM_TARGET" /tmp/a/b
  rm -f /tmp/a/b; mv -T /tmp/c/b /tmp/a/b
done < /dev/null > /dev/null 2>&1 3>&- 4>&- &)
sleep 0.05
echo done
