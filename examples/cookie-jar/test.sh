#!/bin/bash
# Fills jars of a server that serves hooks/: GRAPNEL_SERVER says where it is, GRAPNEL_KEY is an admin's key.
set -u
: "${GRAPNEL_SERVER:?the address of a server, such as http://localhost:8080}" "${GRAPNEL_KEY:?a key of the server}"
here=$(cd "$(dirname "$0")" && pwd)
records=$GRAPNEL_SERVER/v1/buckets/main/collections
failures=0

check() {
  # The expected text is a pattern.
  # shellcheck disable=SC2053
  if [[ $2 == $3 ]]; then
    echo "ok: $1"
  else
    printf 'FAILED: %s\n  is:       %q\n  expected: %q\n' "$1" "$2" "$3"
    failures=$((failures + 1))
  fi
}

# ask METHOD PATH [DATA]: the status, and the body.
ask() {
  local answer
  answer=$(curl -sS -w '\n%{http_code}' -X "$1" -H "Authorization: Bearer $GRAPNEL_KEY" \
    -H 'Content-Type: application/json' "$records/$2" ${3:+-d "{\"data\": $3}"})
  printf '%s\n%s' "${answer##*$'\n'}" "${answer%$'\n'*}"
}

bash "$here/classes.sh" || failures=$((failures + 1))
check 'a jar is made with its cookies' \
  "$(ask POST jar/records '{"id": "red", "cookies": [{"id": "a", "type": "ginger"}, {"id": "b"}]}')" \
  $'201\n*"cookies":\["a","b"\]*'
check 'a cookie is made with its jar' "$(ask POST cookie/records '{"id": "c", "jar": {"id": "blue"}}')" \
  $'201\n*"jar":"blue"*'
check 'a moved cookie is taken from where it was' "$(ask PATCH jar/records/blue '{"cookies": ["a", "c"]}')" \
  $'200\n*"displaced":\[*"id":"red"*"was":"a"*'
check 'both sides agree' "$(ask GET 'jar/records/red?depth=2')" $'200\n*"cookies":\[{*"id":"b"*'
check 'cookies are found by their jar' "$(ask GET 'cookie/records?jar=blue&_sort=id&_fields=type')" $'200\n*"a"*"c"*'
check 'a request that contradicts itself is refused' "$(ask PATCH jar/records/red '{"cookies": [{"jar": "blue"}]}')" \
  $'409\n*conflicting_relations*/data/cookies/0/jar*'
check 'several are added at once' \
  "$(ask POST cookie/records "[$(printf '{"jar": "red"},%.0s' {1..10}){\"jar\": \"red\"}]")" $'201\n*'
check 'a full jar takes no more' "$(ask POST cookie/records '{"jar": "red"}')" $'400\n*the jar red is full*'
check 'a jar goes with its cookies' "$(ask DELETE jar/records/blue)" $'200\n*"deleted":\[*"a"*"c"*\]*'
crumbs=0
for _ in {1..100}; do
  crumbs=$(ask GET crumb/records | grep -o '"cookie"' | wc -l)
  [ "$crumbs" -ge 2 ] && break
  sleep 0.1
done
check 'every cookie that is eaten leaves a crumb' "$crumbs" 2
check 'and no other' "$(ask GET 'crumb/records?_sort=cookie')" $'200\n*ginger*'
exit $((failures > 0))
