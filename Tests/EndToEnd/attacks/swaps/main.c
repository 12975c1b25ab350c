#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

int main(void) {
  if (mkdir("/tmp/a", 0777) != 0 || mkdir("/tmp/a/b", 0777) != 0) return 1;
  if (symlink(getenv("PARAM_TARGET"), "/tmp/a/link") != 0) return 1;
  if (fork() == 0) {
    for (;;) renameat2(AT_FDCWD, "/tmp/a/b", AT_FDCWD, "/tmp/a/link", RENAME_EXCHANGE);
  }
  usleep(20000);
  puts("done");
  return 0;
}
