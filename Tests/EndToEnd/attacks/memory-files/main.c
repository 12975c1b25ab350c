#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>

// Shared mappings and System V segments in turn.
int main(void) {
  puts("before");
  fflush(stdout);
  for (;;) {
    char *shared = mmap(NULL, 8 << 20, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) return 1;
    memset(shared, 'x', 8 << 20);
    int id = shmget(IPC_PRIVATE, 8 << 20, IPC_CREAT | 0600);
    char *segment = id >= 0 ? shmat(id, NULL, 0) : (void *)-1;
    if (segment == (void *)-1) return 1;
    memset(segment, 'x', 8 << 20);
    shmdt(segment);
  }
}
