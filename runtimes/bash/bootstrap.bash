# Runs the script $1 in this shell. The functions of grapnel.bash are read at first use: most scripts only print.
BASH_ARGV0=$1
shift
_grapnel_load() {
  local name=${FUNCNAME[1]}
  . "${BASH_SOURCE[0]%/*}/grapnel.bash"
  "$name" "$@"
}
grapnel_status() { _grapnel_load "$@"; }
grapnel_header() { _grapnel_load "$@"; }
grapnel_flush() { _grapnel_load "$@"; }
grapnel_trailer() { _grapnel_load "$@"; }
grapnel_result() { _grapnel_load "$@"; }
grapnel_log() { _grapnel_load "$@"; }
grapnel_call() { _grapnel_load "$@"; }
grapnel_emit() { _grapnel_load "$@"; }
grapnel_payload() { _grapnel_load "$@"; }
grapnel_quote() { _grapnel_load "$@"; }
. "$0"
# 2 is what Bash gives for a syntax error: then a handler is only half there.
set -- $?
if [[ $1 != 2 ]] && declare -F handler >/dev/null; then
  if [[ ${GRAPNEL_PAYLOAD_FD-} ]]; then
    IFS= read -r -d '' -u "$GRAPNEL_PAYLOAD_FD" GRAPNEL_PAYLOAD
    handler "$GRAPNEL_PAYLOAD"
  else
    handler "${HOOK_PAYLOAD-null}"
  fi
  exit
fi
exit "$1"
