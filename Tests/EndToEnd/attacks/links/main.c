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
  int number = 0;
  for (char *path = strtok_r(paths, ",", &saved); path != NULL; path = strtok_r(NULL, ",", &saved)) {
    char link_name[64], hard[64], magic[64];
    snprintf(link_name, sizeof link_name, "/tmp/grapnel-leftover-%d", ++number);
    snprintf(hard, sizeof hard, "/tmp/hard-%d", number);
    if (symlink(path, link_name) != 0) return 1;
    tell("write", path, open(link_name, O_WRONLY) < 0);
    tell("link", path, linkat(AT_FDCWD, path, AT_FDCWD, hard, 0) != 0);
    // A handle for looking, made one for writing by way of /proc.
    int handle = open(path, O_PATH);
    snprintf(magic, sizeof magic, "/proc/self/fd/%d", handle);
    tell("reopen", path, open(magic, O_WRONLY) < 0);
    tell("link by handle", path, linkat(handle, "", AT_FDCWD, hard, AT_EMPTY_PATH) != 0);
  }
  return 0;
}
