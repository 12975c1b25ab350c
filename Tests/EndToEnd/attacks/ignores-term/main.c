#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int main(void) {
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, NULL);
  puts("before");
  fflush(stdout);
  for (;;) pause();
}
