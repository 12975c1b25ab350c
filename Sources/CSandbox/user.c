// The user's process, from its fork to execve: gives up everything that it could give up.
//
// All that does not depend on the run, but for its uid, is done ahead of need; then it waits for the init, which gives
// it the run's descriptors when /tmp and the bundle are there.
//
// Until execve it shares the init's memory, with a stack of its own: a copy that is thrown away at once costs the
// kernel more than all of what it does here. So it changes nothing that the init reads, but for the report. The two
// share errno too: an init whose call fails after it has begun this process is about to end both, or does not look.
#include <errno.h>
#include <limits.h>
#include <linux/capability.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "kernel.h"
#include "sandbox.h"

int gs_last_capability(void) {
  int last = 0;
  while (last < 63 && prctl(PR_CAPBSET_READ, last + 1, 0, 0, 0) >= 0) last++;
  return last;
}

int gs_drop_bounding_set(int last) {
  for (int capability = 0; capability <= last; capability++) {
    if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0) {
      // Without CAP_SETPCAP no_new_privs makes the bounding set of no use.
      return errno == EPERM ? 0 : -errno;
    }
  }
  return 0;
}

int gs_drop_capabilities(void) {
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct none[2] = {{0}};
  return syscall(SYS_capset, &head, none) == 0 ? 0 : -errno;
}

int gs_drop_privileges(const gs_plan *plan, uid_t id) {
  if (plan->level == GS_LEVEL_FULL && (syscall(SYS_setgroups, 0, NULL) != 0 || syscall(SYS_setresgid, id, id, id) != 0 ||
                                       syscall(SYS_setresuid, id, id, id) != 0)) {
    return -errno;
  }
  int result = gs_drop_capabilities();
  if (result != 0) return result;
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 ? 0 : -errno;
}

int gs_close_all_but(const int *kept, size_t count) {
  int from = GS_RUN_DESCRIPTORS;
  for (;;) {
    int next = INT_MAX;
    for (size_t index = 0; index < count; index++) {
      if (kept[index] >= from && kept[index] < next) next = kept[index];
    }
    unsigned last = next < INT_MAX ? (unsigned)next - 1 : ~0u;
    if (next > from && gs_close_range((unsigned)from, last) != 0) return -errno;
    if (next == INT_MAX) return 0;
    from = next + 1;
  }
}

void gs_user_take_descriptors(const gs_plan *plan, int orders) {
  struct pollfd watched = {.fd = orders, .events = POLLIN};
  while (poll(&watched, 1, -1) < 0) {
    if (errno != EINTR) gs_give_up(plan, GS_STEP_DESCRIPTORS, errno);
  }
  char order;
  int descriptors[GS_RUN_DESCRIPTORS];
  size_t count = GS_RUN_DESCRIPTORS;
  long length = gs_receive(orders, &order, sizeof order, descriptors, &count);
  // The init has ended, and everything here is about to.
  if (length == 0 || length == -ECONNRESET) _exit(1);
  if (length != sizeof order) gs_give_up(plan, GS_STEP_DESCRIPTORS, length < 0 ? (int)-length : EINVAL);
  // The launcher keeps 0…5 taken, so no source is overwritten before it is used.
  for (size_t index = 0; index < count; index++) {
    if (dup2(descriptors[index], (int)index) < 0) gs_give_up(plan, GS_STEP_DESCRIPTORS, errno);
  }
  if (gs_close_range((unsigned)count, ~0u) != 0) gs_give_up(plan, GS_STEP_DESCRIPTORS, errno);
}

static int limit(int resource, int64_t value) {
  struct rlimit limits = {.rlim_cur = (rlim_t)value, .rlim_max = (rlim_t)value};
  if (setrlimit((__rlimit_resource_t)resource, &limits) == 0) return 0;
  // The host's own ceiling is lower and cannot be raised without privilege: then that one holds.
  struct rlimit current;
  int error = errno;
  if (error == EPERM && getrlimit((__rlimit_resource_t)resource, &current) == 0) {
    limits.rlim_cur = limits.rlim_max = current.rlim_max;
    if (current.rlim_max <= (rlim_t)value && setrlimit((__rlimit_resource_t)resource, &limits) == 0) return 0;
  }
  return -error;
}

int gs_user_limit(const gs_spec *spec, bool has_memory_cgroup, bool has_process_cgroup) {
  // The kernel counts processes in the run's own user namespace. The cgroup counts first, and tells of it.
  int64_t processes = has_process_cgroup ? spec->processes * 2ll + 64 : spec->processes;
  const struct {
    int resource;
    int64_t value;
  } limits[] = {
    {RLIMIT_NOFILE, spec->open_files}, {RLIMIT_CORE, 0},   {RLIMIT_MEMLOCK, 64 * 1024}, {RLIMIT_MSGQUEUE, 0},
    {RLIMIT_SIGPENDING, 1024},         {RLIMIT_NICE, 0},   {RLIMIT_RTPRIO, 0},          {RLIMIT_FSIZE, spec->disk},
    {RLIMIT_NPROC, processes},         {RLIMIT_DATA, spec->memory},
  };
  size_t count = sizeof limits / sizeof limits[0] - (has_memory_cgroup ? 1 : 0);
  int result = 0;
  for (size_t index = 0; result == 0 && index < count; index++) {
    result = limit(limits[index].resource, limits[index].value);
  }
  return result;
}

static int write_file(const char *path, const char *text) {
  int descriptor = open(path, O_WRONLY | O_CLOEXEC);
  if (descriptor < 0) return -errno;
  size_t length = strlen(text);
  int result = write(descriptor, text, length) == (ssize_t)length ? 0 : -errno;
  close(descriptor);
  return result;
}

// The uid and gid are the run's already; this takes the process into a user namespace of its own, where it is 1000.
static void enter_user_namespace(const gs_plan *plan) {
  // Only a dumpable process owns its files in /proc, and it must write some of them. No user code is here to look.
  if (prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) != 0) gs_give_up(plan, GS_STEP_USER, errno);
  char map[32];
  snprintf(map, sizeof map, "%d %u 1", GS_INNER_ID, plan->expected_id);
  int result = unshare(CLONE_NEWUSER) == 0 ? 0 : -errno;
  if (result == 0) result = write_file("/proc/self/setgroups", "deny");
  if (result == 0) result = write_file("/proc/self/uid_map", map);
  if (result == 0) result = write_file("/proc/self/gid_map", map);
  if (result != 0) gs_give_up(plan, GS_STEP_USER_NAMESPACE, -result);
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) gs_give_up(plan, GS_STEP_USER, errno);
  result = gs_drop_bounding_set(plan->last_capability);
  if (result == 0) result = gs_drop_capabilities();
  if (result != 0) gs_give_up(plan, GS_STEP_USER, -result);
}

// What holds for every run.
static void confine(const gs_plan *plan) {
  int result = gs_drop_privileges(plan, plan->expected_id);
  if (result != 0) gs_give_up(plan, GS_STEP_USER, -result);
  enter_user_namespace(plan);
  if (plan->landlock >= 0 && (result = gs_landlock_enforce(plan->landlock)) != 0) {
    gs_give_up(plan, GS_STEP_LANDLOCK, -result);
  }
}

// The filter comes last, and then the init is told that it goes on. Of a run with a network namespace of its own it
// learns of every socket, and gets the listener for that with the word; where somebody else listens already, it gets
// none.
static void install_filter(const gs_plan *plan, int orders) {
  bool is_watched = plan->network == GS_NETWORK_NONE;
  int listener = is_watched ? gs_filter_install_watched(&plan->watched_filter) : -1;
  int result = 0;
  if (!is_watched || listener == -EBUSY) {
    result = gs_filter_install(&plan->filter);
  } else if (listener < 0) {
    result = listener;
  }
  if (result == 0) result = gs_send(orders, "", 1, &listener, listener >= 0 ? 1 : 0);
  if (result != 0) gs_give_up(plan, GS_STEP_SECCOMP, -result);
  if (listener >= 0) close(listener);
}

void gs_user_confine(gs_plan *plan, int orders) {
  setsid();
  int kept[] = {orders, plan->landlock};
  int result = gs_close_all_but(kept, sizeof kept / sizeof kept[0]);
  if (result != 0) gs_give_up(plan, GS_STEP_DESCRIPTORS, -result);
  umask(022);
  confine(plan);
  install_filter(plan, orders);
}

void gs_user_enter(const gs_plan *plan, const gs_parsed_spec *spec) {
  int result = gs_user_limit(spec->head, plan->has_memory_cgroup, plan->has_process_cgroup);
  if (result != 0) gs_give_up(plan, GS_STEP_LIMITS, -result);
  if (mkdir("/tmp/.shm", 0700) != 0) gs_give_up(plan, GS_STEP_TMP, errno);
  if (chdir(spec->directory) != 0) gs_give_up(plan, GS_STEP_DIRECTORY, errno);
}

void gs_user_let_signals_in(void) {
  // The launcher put every signal back to its default; only the mask is left.
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

noreturn void gs_user_main(gs_plan *plan, int orders) {
  gs_user_confine(plan, orders);
  if (plan->start == GS_START_SPARE) gs_park_execute(plan, orders);

  gs_user_take_descriptors(plan, orders);
  gs_user_enter(plan, plan->spec);
  gs_user_let_signals_in();
  plan->report->is_set_up = 1;
  execve(plan->spec->arguments[0], plan->spec->arguments, plan->spec->environment);
  gs_give_up(plan, GS_STEP_EXEC, errno);
}
