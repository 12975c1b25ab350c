printf '\e]0;owned\a\e[31mred\e[0m\rsecond\n\x9b31m\n' >&2
