#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void tell(const char *name, const char *path, int is_refused) {
  printf("%s %s %s\n", is_refused ? "refused" : "BREACH", name, path);
}

int main(void) {
  char *paths = getenv("PARAM_PATHS"), *saved = NULL;
  for (char *path = strtok_r(paths, ",", &saved); path != NULL; path = strtok_r(NULL, ",", &saved)) {
    char other[512];
    snprintf(other, sizeof other, "%s.old", path);
    tell("open", path, open(path, O_WRONLY | O_CREAT, 0666) < 0);
    tell("truncate", path, truncate(path, 0) != 0);
    tell("chmod", path, chmod(path, 0777) != 0);
    tell("rename", path, rename(path, other) != 0);
    tell("exchange", path, renameat2(AT_FDCWD, path, AT_FDCWD, "/tmp", RENAME_EXCHANGE) != 0);
    tell("unlink", path, unlink(path) != 0);
    tell("rmdir", path, rmdir(path) != 0);
  }
  return 0;
}
