#include <stdio.h>

int main(void) {
  puts("before");
  fflush(stdout);
  for (;;) fputs("a line of the log\n", stderr);
}
