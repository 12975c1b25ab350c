handler() {
  grapnel_result null
}
