# How a Bash hook answers:
#
#   grapnel_status 201                  the status of the answer
#   grapnel_header NAME VALUE           one more header
#   grapnel_flush                       send the head, and what was printed so far, now
#   grapnel_trailer NAME VALUE          a trailer after the body
#   grapnel_result JSON                 the structured result; the body too, if nothing is printed
#   grapnel_log LEVEL TEXT              a message in the log: debug, info, warning or error
#   grapnel_call HOOK [JSON]            run another hook, print its body; 1 if its status is 400 or more, 2 if refused
#   grapnel_emit KIND [JSON]           record an event of the instance, for its triggers; 2 if refused
#   grapnel_payload                     print the payload as JSON
#   grapnel_quote TEXT                  print the text as a JSON string
#
# Declared parameters are variables: PARAM_NAME.

# Lengths are counted in bytes, which is what the C locale does.
_grapnel_frame() {
  local LC_ALL=C
  printf '%d:%s,' "${#1}" "$1" >&3
}

# Sets REPLY to $1 as a JSON string.
_grapnel_quote() {
  local LC_ALL=C text=$1 character escape index
  text=${text//\\/\\\\}
  text=${text//\"/\\\"}
  if [[ $text == *[$'\x01'-$'\x1f\x7f']* ]]; then
    text=${text//$'\n'/'\n'}
    text=${text//$'\t'/'\t'}
    text=${text//$'\r'/'\r'}
    if [[ $text == *[$'\x01'-$'\x1f\x7f']* ]]; then
      for index in {1..31} 127; do
        printf -v escape '\\u%04x' "$index"
        printf -v character "\\x${escape: -2}"
        text=${text//"$character"/"$escape"}
      done
    fi
  fi
  REPLY="\"$text\""
}

grapnel_quote() {
  local REPLY
  _grapnel_quote "$1"
  printf '%s\n' "$REPLY"
}

grapnel_status() {
  if [[ ${1-} != [2-5][0-9][0-9] ]]; then
    printf 'grapnel_status: not a status from 200 to 599: %s\n' "${1-}" >&2
    return 2
  fi
  _grapnel_frame "{\"type\":\"head\",\"status\":$1}"
}

_grapnel_field() {
  local name REPLY
  _grapnel_quote "$2"
  name=$REPLY
  _grapnel_quote "$3"
  _grapnel_frame "{\"type\":\"$1\",\"headers\":[[$name,$REPLY]]}"
}

grapnel_header() {
  _grapnel_field head "$1" "$2"
}

grapnel_trailer() {
  _grapnel_field trailers "$1" "$2"
}

grapnel_flush() {
  _grapnel_frame '{"type":"flush"}'
}

grapnel_result() {
  _grapnel_frame "{\"type\":\"result\",\"value\":$1}"
}

grapnel_log() {
  case ${1-} in
    debug | info | warning | error) ;;
    *)
      printf 'grapnel_log: not a level (debug, info, warning, error): %s\n' "${1-}" >&2
      return 2
      ;;
  esac
  local REPLY
  _grapnel_quote "${2-}"
  _grapnel_frame "{\"type\":\"log\",\"level\":\"$1\",\"value\":$REPLY}"
}

grapnel_payload() {
  if [[ ${HOOK_PAYLOAD+set} || -z ${GRAPNEL_PAYLOAD_FD-} ]]; then
    printf '%s\n' "${HOOK_PAYLOAD-null}"
  else
    if [[ ! ${GRAPNEL_PAYLOAD+set} ]]; then
      IFS= read -r -d '' -u "$GRAPNEL_PAYLOAD_FD" GRAPNEL_PAYLOAD
    fi
    printf '%s\n' "$GRAPNEL_PAYLOAD"
  fi
}

# One call at a time: a call waits for its reply, so replies need no matching.
# The host writes the members of a reply sorted by name and without spaces, so the body, if there is one, comes first in
# the result and the status last.
grapnel_call() {
  local LC_ALL=C REPLY frame length text status
  _grapnel_quote "$1"
  frame="{\"id\":1,\"method\":\"hooks.run\",\"params\":{\"hook\":$REPLY,\"payload\":${2-null}}}"
  printf '%d:%s,' "${#frame}" "$frame" >&4
  if ! { IFS= read -r -d : -u 4 length && IFS= read -r -N "$length" -u 4 text && IFS= read -r -N 1 -u 4 frame; }; then
    printf 'grapnel_call: the host closed its channel\n' >&2
    return 2
  fi
  case $text in
    '{"error":'*)
      text=${text#*'"message":"'}
      _grapnel_unquote "$text" >&2
      printf '\n' >&2
      return 2
      ;;
    '{"id":1,"result":{"body":"'*) _grapnel_unquote "${text#'{"id":1,"result":{"body":"'}" ;;
    '{"id":1,"result":{"base64":"'*)
      length=${text#'{"id":1,"result":{"base64":"'}
      base64 -d <<<"${length%%'"'*}"
      ;;
  esac
  status=${text##*'"status":'}
  ((${status%%[!0-9]*} < 400))
}

grapnel_emit() {
  local LC_ALL=C REPLY frame length text
  _grapnel_quote "$1"
  frame="{\"id\":1,\"method\":\"events.emit\",\"params\":{\"kind\":$REPLY,\"data\":${2-"{}"}}}"
  printf '%d:%s,' "${#frame}" "$frame" >&4
  if ! { IFS= read -r -d : -u 4 length && IFS= read -r -N "$length" -u 4 text && IFS= read -r -N 1 -u 4 frame; }; then
    printf 'grapnel_emit: the host closed its channel\n' >&2
    return 2
  fi
  [[ $text == '{"error":'* ]] || return 0
  text=${text#*'"message":"'}
  _grapnel_unquote "$text" >&2
  printf '\n' >&2
  return 2
}

# Prints the JSON string whose inside begins $1, up to its closing quote. The host writes characters as they are, and
# only control characters as \uXXXX.
_grapnel_unquote() {
  local text=$1 string
  text=${text//'\\'/$'\x01'}
  text=${text//'\"'/$'\x02'}
  IFS= read -r -d '"' string <<<"$text"
  string=${string//'\/'/'/'}
  string=${string//$'\x02'/'"'}
  string=${string//$'\x01'/'\\'}
  printf '%b' "$string"
}
