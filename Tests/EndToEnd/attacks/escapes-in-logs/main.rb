warn "\e]0;owned\a\e[31mred\e[0m\rsecond\n\u009b31m"
