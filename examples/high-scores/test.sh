#!/bin/bash
# Plays against a server that serves hooks/: GRAPNEL_SERVER says where it is, GRAPNEL_KEY is an admin's key. `grapnel`
# must be on the path.
set -u
: "${GRAPNEL_SERVER:?the address of a server, such as http://localhost:8080}" "${GRAPNEL_KEY:?a key of the server}"
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

check 'the class of scores is made' "$(grapnel classes create scores --id integer --field player:string:required \
  --field points:integer:required:indexed)" '*points*integer*required, indexed*'
check 'and that of mails' "$(grapnel classes create outbox --field to:string:required --field subject:string:required \
  --field body:string)" '*subject*string*required*'

check 'a score that is too low starts nothing' "$(grapnel records create scores -d '{"player": "Ann", "points": 7}')" 1
check 'a high score is made' "$(grapnel records create scores -d '{"player": "Lucy", "points": 9000}')" 2
check 'its mail is written' "$(timeout 60 grapnel records watch outbox --since 0 --limit 1)" \
  '*score-2*Lucy has the high score: 9000*'
check 'a lower one is made' "$(grapnel records create scores -d '{"player": "Bob", "points": 1337}')" 3
check 'a higher one too' "$(grapnel records create scores -d '{"player": "Eve", "points": 9001}')" 4
check 'both mails are there' "$(timeout 60 grapnel records watch outbox --since 0 --limit 2)" \
  '*Lucy*Eve has the high score: 9001*'
check 'a score without a player is refused' "$(grapnel records create scores -d '{"points": 1}' 2>&1)" '*data.player*'
check 'the best come first' "$(grapnel records ls scores --sort -points --limit 2)" '*Eve*Lucy*'
check 'the trigger lists its own runs' "$(grapnel traces ls --trigger mailer/high)" '*succeeded*'
exit $((failures > 0))
