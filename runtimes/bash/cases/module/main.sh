. "${BASH_SOURCE[0]%/*}/loud.sh"

handler() {
  grapnel_status 203
  grapnel_result "$(grapnel_quote "$(shout "Hello, Ada")")"
}
