#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
  if (fork() == 0) {
    setsid();
    if (fork() == 0) {
      sigset_t all;
      sigfillset(&all);
      sigprocmask(SIG_SETMASK, &all, NULL);
      for (int number = 0; number < 5; number++) close(number);
      for (;;) pause();
    }
    _exit(0);
  }
  wait(NULL);
  puts("done");
  return 0;
}
