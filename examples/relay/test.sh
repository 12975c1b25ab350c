#!/bin/bash
# Checks the answers of a server that serves hooks/: GRAPNEL_URL says where it is, GRAPNEL_KEY is a key that may run hooks.
set -u
url=${GRAPNEL_URL:?the address of a server, such as http://localhost:8080}
key=${GRAPNEL_KEY:?a key of the server}
failures=0

check() {
  if [[ $2 == $3 ]]; then
    echo "ok: $1"
  else
    printf 'FAILED: %s\n  answered: %q\n  expected: %q\n' "$1" "$2" "$3"
    failures=$((failures + 1))
  fi
}

ask() {
  curl -sS -w '\n%{http_code}' -H "Authorization: Bearer $key" "$@"
}

check 'welcome greets everybody, in order' \
  "$(ask "$url/main/welcome?names=Ada&names=Zo%C3%AB")" $'Good day, Ada.\nGood day, Zoë.\n\n200'
check 'welcome takes JSON' \
  "$(ask -H 'Content-Type: application/json' -d '{"names":["\"Q\" \\ &"]}' "$url/main/welcome")" \
  $'Good day, "Q" \\\\ &.\n\n200'
check 'a hook outside of the scopes is refused' "$(ask "$url/main/welcome?names=Ada&via=secret")" $'*secret*\n403'
check 'a missing parameter names itself' "$(ask "$url/main/welcome")" $'*names*\n400'
check 'without a key there is no answer' "$(curl -sS -o /dev/null -w '%{http_code}' "$url/main/welcome?names=Ada")" 401
exit $((failures > 0))
