shout() {
  echo "${1^^}"
}
