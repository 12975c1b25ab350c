#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static void *rest(void *nothing) {
  for (;;) pause();
  return nothing;
}

int main(void) {
  puts("before");
  fflush(stdout);
  for (int count = 0; count < 100000; count++) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, rest, NULL) != 0) return 1;
  }
  return 0;
}
