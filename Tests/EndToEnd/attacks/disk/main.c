#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int main(void) {
  static char block[1 << 20];
  puts("before");
  fflush(stdout);
  for (int number = 0;; number++) {
    char name[64];
    snprintf(name, sizeof name, "/tmp/grapnel-leftover-%d", number);
    int file = open(name, O_CREAT | O_WRONLY, 0600);
    if (file < 0 || write(file, block, sizeof block) != sizeof block) return 1;
    close(file);
  }
}
