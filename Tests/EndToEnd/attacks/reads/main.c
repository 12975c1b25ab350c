#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(void) {
  char *paths = getenv("PARAM_PATHS"), *saved = NULL, content[64];
  for (char *path = strtok_r(paths, ",", &saved); path != NULL; path = strtok_r(NULL, ",", &saved)) {
    int file = open(path, O_RDONLY);
    printf("%s %s\n", file >= 0 && read(file, content, sizeof content) > 0 ? "BREACH" : "refused", path);
    if (file >= 0) close(file);
  }
  return 0;
}
