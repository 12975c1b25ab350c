handler() {
  grapnel_result "$(grapnel_quote "Hello, $PARAM_NAME")"
}
