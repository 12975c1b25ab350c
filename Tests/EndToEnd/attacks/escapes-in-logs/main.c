#include <stdio.h>

int main(void) {
  fputs("\x1b]0;owned\x07\x1b[31mred\x1b[0m\rsecond\n\xc2\x9b" "31m\n", stderr);
  return 0;
}
