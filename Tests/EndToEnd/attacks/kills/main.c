#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void) {
  char *list = getenv("PARAM_PROCESSES"), *saved = NULL;
  for (char *word = strtok_r(list, ",", &saved); word != NULL; word = strtok_r(NULL, ",", &saved)) {
    pid_t process = atoi(word);
    printf("%s kill %d\n", kill(process, SIGKILL) == 0 ? "BREACH" : "refused", process);
    printf("%s group %d\n", kill(-process, SIGKILL) == 0 ? "BREACH" : "refused", process);
    int handle = (int)syscall(SYS_pidfd_open, process, 0);
    printf("%s handle %d\n", handle >= 0 ? "BREACH" : "refused", process);
  }
  kill(1, SIGKILL);
  kill(getppid(), SIGKILL);
  kill(-1, SIGKILL);
  puts("done");
  return 0;
}
