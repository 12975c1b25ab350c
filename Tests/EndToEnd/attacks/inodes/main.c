#include <stdio.h>
#include <sys/stat.h>

int main(void) {
  puts("before");
  fflush(stdout);
  for (int number = 0;; number++) {
    char name[64];
    snprintf(name, sizeof name, "/tmp/grapnel-leftover-%d", number);
    if (mkfifo(name, 0600) != 0) return 1;
  }
}
