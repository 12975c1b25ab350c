#include <fcntl.h>
#include <stdio.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <unistd.h>

// A memory segment, a queue of messages and a semaphore outlive their process; not their namespace.
int main(void) {
  const key_t key = 0x67726171;
  if (shmget(key, 4096, 0600) >= 0) puts("BREACH segment");
  if (msgget(key, 0600) >= 0) puts("BREACH queue");
  if (semget(key, 1, 0600) >= 0) puts("BREACH semaphore");
  if (shmget(key, 4096, IPC_CREAT | 0600) >= 0) puts("made segment");
  if (msgget(key, IPC_CREAT | 0600) >= 0) puts("made queue");
  if (semget(key, 1, IPC_CREAT | 0600) >= 0) puts("made semaphore");
  if (access("/tmp/grapnel-leftover", F_OK) == 0) puts("BREACH file");
  if (open("/tmp/grapnel-leftover", O_CREAT | O_WRONLY, 0666) >= 0) puts("made /tmp");
  puts("done");
  return 0;
}
