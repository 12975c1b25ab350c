#include <stdio.h>

int main(void) {
  for (;;) {
    puts("a line of output");
    fputs("a line of the log\n", stderr);
  }
}
