handel() {
  echo never
}
