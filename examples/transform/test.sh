#!/bin/bash
# Checks the answers of a server that serves hooks/: GRAPNEL_URL says where it is.
set -u
url=${GRAPNEL_URL:?the address of a server, such as http://localhost:8080}
failures=0

check() {
  if [[ $2 == "$3" ]]; then
    echo "ok: $1"
  else
    printf 'FAILED: %s\n  answered: %q\n  expected: %q\n' "$1" "$2" "$3"
    failures=$((failures + 1))
  fi
}

text() {
  curl -sS -H 'Content-Type: text/plain' --data-binary @- "$url/main/redact"
}

image() {
  curl -sS -H 'Content-Type: image/x-portable-pixmap' --data-binary @- "$@" "$url/main/grey"
}

check 'redact hides addresses and numbers' \
  "$(echo 'Write to ada@example.org or call 5550123456.' | text)" 'Write to [e-mail] or call [number].'
check 'redact leaves other text alone' "$(printf 'Zoë, room 12\n☂' | text)" $'Zoë, room 12\n☂'
check 'redact passes 200000 lines' "$(yes 'a@b.org' | head -n 200000 | text | sort | uniq -c | tr -s ' ')" ' 200000 [e-mail]'
check 'grey weighs the colours' \
  "$(printf 'P6\n# two pixels\n2 1\n255\n\377\0\0\377\377\377' | image | od -An -tx1 | tr -d ' \n')" \
  "$(printf 'P5\n2 1\n255\n\x4c\xff' | od -An -tx1 | tr -d ' \n')"
check 'grey passes a large image' \
  "$({ printf 'P6 1024 512 255\n'; head -c 1572864 /dev/zero; } | image | wc -c | tr -d ' ')" 524304
check 'grey refuses what is no image' "$(echo hello | image -o /dev/null -w '%{http_code}')" 415
exit $((failures > 0))
