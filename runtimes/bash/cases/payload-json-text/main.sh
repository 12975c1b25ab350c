handler() {
  printf '%s\n' "$1"
}
