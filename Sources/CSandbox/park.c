// A process that has executed its interpreter ahead of need, and waits there for its run, of which it serves one.
//
// Everything that a run must not have it has given up before: it is confined like any other, with nothing open but the
// socket to its own init. What the run is comes from there.
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include "grapnel_fork.h"
#include "kernel.h"
#include "sandbox.h"

static char *const variables[] = {
  "PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/tmp", "TMPDIR=/tmp", "LC_CTYPE=C.UTF-8", NULL};

char *const *gs_warm_environment(void) { return variables; }

noreturn void gs_park_execute(const gs_plan *plan, int orders) {
  // Here on it shares the init's memory still, and changes nothing of it.
  bool is_there = orders == GS_WARM_SOCKET ? fcntl(orders, F_SETFD, 0) == 0 : dup2(orders, GS_WARM_SOCKET) >= 0;
  if (!is_there || gs_close_range(GS_WARM_SOCKET + 1, ~0u) != 0) gs_give_up(plan, GS_STEP_DESCRIPTORS, errno);
  if (chdir("/") != 0) gs_give_up(plan, GS_STEP_DIRECTORY, errno);
  gs_user_let_signals_in();
  execve(plan->words[0], (char *const *)plan->words, variables);
  gs_give_up(plan, GS_STEP_EXEC, errno);
}

static int tell(uint32_t word, uint32_t step, int error) {
  gs_park_answer answer = {.word = word, .step = step, .error = error};
  return gs_send(GS_WARM_SOCKET, &answer, sizeof answer, NULL, 0);
}

static noreturn void fail(uint32_t step, int error) {
  (void)tell(GS_PARK_FAILED, step, error);
  _exit(127);
}

// Reads the specification into memory that stays: the interpreter may keep what it finds there.
static void take_spec(int file, size_t length) {
  static gs_parsed_spec spec;
  char *buffer = length <= GS_SPEC_LENGTH_MAX ? malloc(length) : NULL;
  if (buffer == NULL || pread(file, buffer, length, 0) != (ssize_t)length) fail(GS_STEP_REQUEST, EIO);
  int result = gs_spec_parse(buffer, length, &spec);
  if (result != 0) fail(GS_STEP_REQUEST, -result);
  result = gs_run_adopt(&spec);
  if (result != 0) fail(GS_STEP_EXEC, -result);
  if (mkdir("/tmp/.shm", 0700) != 0) fail(GS_STEP_TMP, errno);
  if (chdir(spec.directory) != 0) fail(GS_STEP_DIRECTORY, errno);
}

int gs_park(void) {
  if (tell(GS_PARK_WAITS, GS_STEP_NONE, 0) != 0) _exit(1);
  struct pollfd watched = {.fd = GS_WARM_SOCKET, .events = POLLIN};
  while (poll(&watched, 1, -1) < 0) {
    if (errno != EINTR) _exit(1);
  }
  gs_park_order order;
  int descriptors[GS_RUN_DESCRIPTORS + 1];
  size_t count = GS_RUN_DESCRIPTORS + 1;
  long length = gs_receive(GS_WARM_SOCKET, &order, sizeof order, descriptors, &count);
  // Nobody wants it any more.
  if (length == 0 || length == -ECONNRESET) _exit(0);
  if (length != sizeof order || count != order.descriptor_count + 1) fail(GS_STEP_DESCRIPTORS, EINVAL);
  gs_spec head;
  int file = descriptors[order.descriptor_count];
  if (pread(file, &head, sizeof head, 0) != (ssize_t)sizeof head) fail(GS_STEP_REQUEST, EIO);
  int result = gs_user_limit(&head, order.has_memory_cgroup != 0, order.has_process_cgroup != 0);
  if (result != 0) fail(GS_STEP_LIMITS, -result);
  take_spec(file, order.spec_length);
  close(file);
  // 0 to 5 were taken before the interpreter could take them.
  for (uint32_t index = 0; index < order.descriptor_count; index++) {
    if (dup2(descriptors[index], (int)index) < 0) fail(GS_STEP_DESCRIPTORS, errno);
    close(descriptors[index]);
  }
  for (uint32_t index = order.descriptor_count; index < GS_RUN_DESCRIPTORS; index++) close((int)index);
  if (tell(GS_PARK_STARTED, GS_STEP_NONE, 0) != 0) _exit(1);
  close(GS_WARM_SOCKET);
  return 0;
}
