#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(void) {
  puts("before");
  fflush(stdout);
  for (;;) {
    char *block = malloc(8 << 20);
    if (block == NULL) return 1;
    memset(block, 'x', 8 << 20);
  }
}
