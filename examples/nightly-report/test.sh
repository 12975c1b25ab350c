#!/bin/bash
# Checks the schedule of a server that serves hooks/: GRAPNEL_SERVER says where it is, GRAPNEL_KEY is an admin's key.
# `grapnel` must be on the path.
set -u
: "${GRAPNEL_SERVER:?the address of a server, such as http://localhost:8080}" "${GRAPNEL_KEY:?a key of the server}"
failures=0

check() {
  if [[ $2 == $3 ]]; then
    echo "ok: $1"
  else
    printf 'FAILED: %s\n  is:       %q\n  expected: %q\n' "$1" "$2" "$3"
    failures=$((failures + 1))
  fi
}

check 'the schedule is there, and says when it runs' "$(grapnel schedules ls)" '*report/nightly*02:30*Europe/Berlin*'
check 'it runs at 02:30 by the clocks of Berlin' \
  "$(grapnel schedules next report/nightly -n 1 --json)" '*T02:30:00+0[12]:00*'

run=$(grapnel schedules run report/nightly --json | sed -n 's/^ *"id" *: *"\([a-z0-9]*\)".*/\1/p' | head -1)
# A trace of a run that goes on has no end yet; a second is enough for this one, and a minute for a slow machine.
for _ in {1..600}; do
  trace=$(grapnel traces show "$run" --json)
  if [[ $trace == *'"ended_at"'* ]]; then break; fi
  sleep 0.1
done
check 'a run by hand adds up the sales' "$trace" '*"status" : "succeeded"*'
check 'its result is the total in euros' "$(tr -d ' \n' <<< "$trace")" '*"total":2240*'
check 'the schedule lists its own traces' "$(grapnel traces ls --schedule report/nightly)" "*$run*succeeded*"
check 'a zone that nobody knows is refused' \
  "$(grapnel schedules add report --cron '30 2 * * *' --zone Europe/Atlantis 2>&1)" '*zone*'
check 'a night that never comes is refused' \
  "$(grapnel schedules add report --cron '30 2 30 2 *' 2>&1)" '*30 never comes*'
exit $((failures > 0))
