#include <stdio.h>
#include <unistd.h>

int main(void) {
  puts("before");
  fflush(stdout);
  for (;;) {
    pid_t child = fork();
    if (child < 0) return 1;
    if (child == 0) for (;;) pause();
  }
}
