handler() {
  echo half
}
if then
