#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

static void tell(const char *name, int is_refused) { printf("%s %s\n", is_refused ? "refused" : "BREACH", name); }

int main(void) {
  signal(SIGXFSZ, SIG_IGN);
  int file = open("/tmp/grapnel-leftover", O_CREAT | O_RDWR, 0600);
  tell("truncate", ftruncate(file, 1ll << 40) != 0);
  tell("fallocate", fallocate(file, 0, 0, 1ll << 40) != 0);
  tell("fallocate beyond the end", fallocate(file, FALLOC_FL_KEEP_SIZE, 0, 1ll << 40) != 0);
  tell("write far out", pwrite(file, "x", 1, 1ll << 39) != 1);
  int memory = memfd_create("sparse", 0);
  tell("fallocate in memory", fallocate(memory, 0, 0, 1ll << 40) != 0);
  return 0;
}
