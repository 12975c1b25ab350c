#include <stdio.h>

extern char **environ;

int main(void) {
  for (char **variable = environ; *variable != NULL; variable++) fwrite(*variable, 1, __builtin_strlen(*variable) + 1, stdout);
  return 0;
}
