handler() {
  local text=${1#'{"text":"'}
  text=${text%'"}'}
  echo "${#text}"
}
