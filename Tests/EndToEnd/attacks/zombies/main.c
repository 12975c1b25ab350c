#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
  for (int number = 0; number < 10000; number++) {
    pid_t child = fork();
    if (child == 0) {
      (void)!fork();
      _exit(0);
    }
    waitpid(child, NULL, 0);
  }
  puts("done");
  return 0;
}
