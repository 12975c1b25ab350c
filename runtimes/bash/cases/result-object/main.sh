handler() {
  grapnel_result '{"sum":5,"parts":[2,3],"nothing":null,"word":"ü"}'
}
