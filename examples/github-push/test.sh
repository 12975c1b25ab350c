#!/bin/bash
# Delivers pushes, good ones and others, to a server that serves hooks/: GRAPNEL_URL says where it is, GRAPNEL_SERVER and
# GRAPNEL_KEY let the command line set the secret there.
set -u
url=${GRAPNEL_URL:?the address of a server, such as http://localhost:8080}/main/push
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failures=0

check() {
  # The expected text is a pattern.
  # shellcheck disable=SC2053
  if [[ $2 == $3 ]]; then
    echo "ok: $1"
  else
    printf 'FAILED: %s\n  answered: %q\n  expected: %q\n' "$1" "$2" "$3"
    failures=$((failures + 1))
  fi
}

deliver() {
  bash "$here/deliver.sh" "$url" "$@"
}

export GITHUB_WEBHOOK_SECRET="It's a Secret to Everybody"
check 'without the secret nothing can be verified' "$(deliver "$here/push.json")" $'*GITHUB_WEBHOOK_SECRET*not set*\n503'
printf %s "$GITHUB_WEBHOOK_SECRET" | grapnel env set GITHUB_WEBHOOK_SECRET --secret --hook push || failures=$((failures + 1))

check 'a signed push is reported' "$(deliver "$here/push.json" push first)" \
  $'{"branch":"main","by":"octocat","commits":*"title":"Say hello in French: « Ça va ? »"*"files":4,*\n200'
check 'and logged' "$(grapnel logs push)" '*octocat pushed 2 commits to octocat/Hello-World (main)*'
check 'the same delivery again is refused' "$(deliver "$here/push.json" push first)" $'*"conflict"*\n409'
check 'another delivery is taken' "$(deliver "$here/push.json" push second)" $'*\n200'

sed 's/octocat/mallory/' "$here/push.json" >"$folder/tampered.json"
signature=$(openssl dgst -sha256 -hmac "$GITHUB_WEBHOOK_SECRET" <"$here/push.json" | sed 's/^.*= //')
tampered() {
  curl -sS -w '\n%{http_code}' -H 'Content-Type: application/json' -H 'X-GitHub-Event: push' \
    -H 'X-GitHub-Delivery: third' "$@" "$url"
}
check 'a push that was tampered with is refused' \
  "$(tampered -H "X-Hub-Signature-256: sha256=$signature" --data-binary "@$folder/tampered.json")" $'*"unauthenticated"*\n401'
check 'and so is one without a signature' "$(tampered --data-binary "@$here/push.json")" $'*"unauthenticated"*\n401'
check 'and one that is signed with another secret' \
  "$(GITHUB_WEBHOOK_SECRET=guess deliver "$here/push.json")" $'*"unauthenticated"*\n401'
check 'the refused ones left no runs' "$(grapnel traces ls --json | grep -c '"serial"')" 2

echo '{"zen":"Design for failure.","hook_id":1}' >"$folder/ping.json"
check 'a ping is answered' "$(deliver "$folder/ping.json" ping)" $'{"pong":"Design for failure."}\n*200'
check 'other events are not for this hook' "$(deliver "$folder/ping.json" star)" $'*push events, not for star*\n422'
exit $((failures > 0))
