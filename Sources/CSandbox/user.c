// The user's process, from its fork to execve: gives up everything that it could give up.
//
// It shares the init's memory (CLONE_VM) and must not allocate, nor change what the init still reads.
#include <errno.h>
#include <linux/capability.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "kernel.h"
#include "sandbox.h"

int gs_drop_bounding_set(void) {
  for (int capability = 0; capability < 64; capability++) {
    if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0) {
      if (errno == EINVAL) break;  // beyond the kernel's last one
      if (errno != EPERM) return -errno;
      break;  // without CAP_SETPCAP: no_new_privs makes the bounding set of no use
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

static void place_descriptors(const gs_plan *plan) {
  // The launcher keeps 0…5 taken, so no source is overwritten before it is used.
  int count = plan->descriptors[GS_RUN_DESCRIPTORS - 1] >= 0 ? GS_RUN_DESCRIPTORS : GS_RUN_DESCRIPTORS - 1;
  for (int index = 0; index < count; index++) {
    if (dup2(plan->descriptors[index], index) < 0) gs_give_up(plan, GS_STEP_DESCRIPTORS, errno);
  }
  int ruleset = -1;
  if (plan->landlock >= 0) {
    ruleset = dup2(plan->landlock, count);
    if (ruleset < 0) gs_give_up(plan, GS_STEP_DESCRIPTORS, errno);
    count += 1;
  }
  if (gs_close_range((unsigned)count, ~0u) != 0) gs_give_up(plan, GS_STEP_DESCRIPTORS, errno);
}

static void limit(const gs_plan *plan, int resource, int64_t value) {
  struct rlimit limits = {.rlim_cur = (rlim_t)value, .rlim_max = (rlim_t)value};
  if (setrlimit((__rlimit_resource_t)resource, &limits) == 0) return;
  // The host's own ceiling is lower and cannot be raised without privilege: then that one holds.
  struct rlimit current;
  if (errno == EPERM && getrlimit((__rlimit_resource_t)resource, &current) == 0) {
    limits.rlim_cur = limits.rlim_max = current.rlim_max;
    if (current.rlim_max <= (rlim_t)value && setrlimit((__rlimit_resource_t)resource, &limits) == 0) return;
  }
  gs_give_up(plan, GS_STEP_LIMITS, errno);
}

static void set_limits(const gs_plan *plan) {
  const gs_spec *spec = plan->spec->head;
  limit(plan, RLIMIT_NOFILE, spec->open_files);
  limit(plan, RLIMIT_CORE, 0);
  limit(plan, RLIMIT_MEMLOCK, 64 * 1024);
  limit(plan, RLIMIT_MSGQUEUE, 0);
  limit(plan, RLIMIT_SIGPENDING, 1024);
  limit(plan, RLIMIT_NICE, 0);
  limit(plan, RLIMIT_RTPRIO, 0);
  limit(plan, RLIMIT_FSIZE, spec->disk);
  if (!plan->has_memory_cgroup) limit(plan, RLIMIT_DATA, spec->memory);
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
  // Only a dumpable process owns its files in /proc, and it must write some of them. No user code is here to look; the
  // memory, and with it this switch, is also the init's.
  if (prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) != 0) gs_give_up(plan, GS_STEP_USER, errno);
  // When the whole machine is out of memory, a run goes before the server. Not required.
  write_file("/proc/self/oom_score_adj", "500");
  int result = unshare(CLONE_NEWUSER) == 0 ? 0 : -errno;
  if (result == 0) result = write_file("/proc/self/setgroups", "deny");
  if (result == 0) result = write_file("/proc/self/uid_map", plan->id_map);
  if (result == 0) result = write_file("/proc/self/gid_map", plan->id_map);
  if (result != 0) gs_give_up(plan, GS_STEP_USER_NAMESPACE, -result);
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) gs_give_up(plan, GS_STEP_USER, errno);
  // After the unshare the kernel counts processes for this run alone. The cgroup counts first, and tells of it.
  int64_t processes = plan->spec->head->processes;
  limit(plan, RLIMIT_NPROC, plan->has_process_cgroup ? processes * 2 + 64 : processes);
  result = gs_drop_bounding_set();
  if (result == 0) result = gs_drop_capabilities();
  if (result != 0) gs_give_up(plan, GS_STEP_USER, -result);
}

int gs_user_main(void *argument) {
  const gs_plan *plan = argument;
  setsid();
  place_descriptors(plan);
  set_limits(plan);
  enter_user_namespace(plan);
  umask(022);
  if (mkdir("/tmp/.shm", 0700) != 0) gs_give_up(plan, GS_STEP_TMP, errno);
  if (chdir(plan->spec->directory) != 0) gs_give_up(plan, GS_STEP_DIRECTORY, errno);
  if (plan->landlock >= 0) {
    int ruleset = plan->descriptors[GS_RUN_DESCRIPTORS - 1] >= 0 ? GS_RUN_DESCRIPTORS : GS_RUN_DESCRIPTORS - 1;
    int result = gs_landlock_enforce(ruleset);
    if (result != 0) gs_give_up(plan, GS_STEP_LANDLOCK, -result);
    close(ruleset);
  }
  // The launcher put every signal back to its default; only the mask is left.
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  int result = gs_filter_install(&plan->filter);
  if (result != 0) gs_give_up(plan, GS_STEP_SECCOMP, -result);
  execve(plan->spec->arguments[0], plan->spec->arguments, plan->spec->environment);
  gs_give_up(plan, GS_STEP_EXEC, errno);
}
