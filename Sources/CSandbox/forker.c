// A fork server, as the launcher sees it: a child that executes an interpreter with a page of ours.
//
// It has the launcher's rights over its own namespaces, as the inits that it clones need them, and the launcher's view of
// files. It runs no hook's code, and what it executes is in the launcher's options: no request can name a program.
#include <errno.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "kernel.h"
#include "sandbox.h"

// Processes in its cgroup: itself, and inits that have not come to their own one yet.
#define PROCESSES_MAX 64u
#define PROCESSOR_THOUSANDTHS 1000u
#define WORDS_MAX 2000

// All that an init needs. The rest of what root may do, a fork server has no use for.
static const int rights[] = {CAP_SYS_ADMIN, CAP_SETUID,       CAP_SETGID, CAP_SETPCAP, CAP_NET_ADMIN,
                             CAP_KILL,      CAP_SYS_RESOURCE, CAP_CHOWN,  CAP_DAC_OVERRIDE};

static bool is_kept(int capability) {
  for (size_t index = 0; index < sizeof rights / sizeof rights[0]; index++) {
    if (rights[index] == capability) return true;
  }
  return false;
}

// Lets these few survive the execution, whoever the user is.
static int keep_rights(const gs_launcher *launcher) {
  for (int capability = 0; capability <= launcher->last_capability; capability++) {
    if (is_kept(capability) || prctl(PR_CAPBSET_READ, capability, 0, 0, 0) != 1) continue;
    if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0) return -errno;
  }
  uint64_t wanted = 0;
  for (size_t index = 0; index < sizeof rights / sizeof rights[0]; index++) wanted |= 1ull << rights[index];
  struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct sets[2];
  if (syscall(SYS_capget, &head, sets) != 0) return -errno;
  for (int half = 0; half < 2; half++) {
    sets[half].permitted &= (uint32_t)(wanted >> (32 * half));
    sets[half].effective = sets[half].inheritable = sets[half].permitted;
  }
  if (syscall(SYS_capset, &head, sets) != 0) return -errno;
  for (size_t index = 0; index < sizeof rights / sizeof rights[0]; index++) {
    bool is_ours = (sets[rights[index] / 32].permitted & (1u << (rights[index] % 32))) != 0;
    if (is_ours && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, rights[index], 0, 0) != 0) return -errno;
  }
  return 0;
}

static int join_cgroups(const gs_launcher *launcher, const gs_cgroup *cgroup) {
  if (launcher->cgroups.version != 1) return 0;
  for (size_t index = 0; index < GS_HIERARCHIES_MAX; index++) {
    if (cgroup->entries[index] >= 0 && write(cgroup->entries[index], "0", 1) != 1) return -errno;
  }
  return 0;
}

static int limit_memory(const gs_launcher *launcher) {
  if (launcher->cgroups.version != 0) return 0;
  // The soft one only: runs may have more.
  struct rlimit limit;
  if (getrlimit(RLIMIT_DATA, &limit) != 0) return -errno;
  rlim_t most = (rlim_t)launcher->options.warm_memory;
  if (limit.rlim_cur > most) limit.rlim_cur = most;
  return setrlimit(RLIMIT_DATA, &limit) == 0 ? 0 : -errno;
}

// 0 and 1 are a pipe that leads nowhere, so that what the interpreter makes of them serves for a run's; 2 tells the
// launcher what ails it; 3 to 5 are taken already.
static int place_descriptors(int socket, int words) {
  int nowhere[2];
  if (pipe(nowhere) != 0) return -errno;
  if (dup2(nowhere[0], 0) < 0 || dup2(nowhere[1], 1) < 0 || dup2(words, 2) < 0) return -errno;
  if (socket == GS_WARM_SOCKET ? fcntl(socket, F_SETFD, 0) != 0 : dup2(socket, GS_WARM_SOCKET) < 0) return -errno;
  return gs_close_range(GS_WARM_SOCKET + 1, ~0u) == 0 ? 0 : -errno;
}

static noreturn void execute(
  const gs_launcher *launcher, const gs_cgroup *cgroup, const gs_warm_runtime *runtime, uint32_t network, int socket,
  int words) {
  pid_t parent = launcher->process;
  int result = join_cgroups(launcher, cgroup);
  // When the machine is out of memory, it goes before the server, and after runs.
  (void)gs_write_small(AT_FDCWD, GS_HIDDEN "/proc/self/oom_score_adj", "400");
  if (result == 0) result = place_descriptors(socket, words);
  setsid();
  if (result == 0 && unshare(CLONE_NEWIPC) != 0) result = -errno;
  if (result == 0 && network == GS_NETWORK_NONE) result = gs_network_leave();
  if (result == 0) result = limit_memory(launcher);
  if (result == 0) result = keep_rights(launcher);
  if (result == 0 && (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0 || getppid() != parent)) result = -ESRCH;
  if (result == 0) {
    execve(runtime->words[0], (char *const *)runtime->words, gs_warm_environment());
    result = -errno;
  }
  char text[200];
  int length = snprintf(text, sizeof text, "%s: %s\n", runtime->words[0], strerror(-result));
  ssize_t ignored = write(2, text, (size_t)length);
  (void)ignored;
  _exit(127);
}

static int send_setup(gs_launcher *launcher, gs_forker *forker, uint32_t network) {
  gs_fork_setup setup = {
    .level = launcher->options.level,
    .network = network,
    .last_capability = launcher->last_capability,
    .has_landlock = launcher->landlock >= 0,
  };
  int passed[] = {
    launcher->lifeline[0], launcher->done[1], launcher->reports_file, launcher->filters, launcher->landlock};
  return gs_send(forker->socket, &setup, sizeof setup, passed, launcher->landlock >= 0 ? 5 : 4);
}

static void close_all(gs_launcher *launcher, gs_forker *forker) {
  gs_launcher_unwatch(launcher, forker->socket);
  if (forker->socket >= 0) close(forker->socket);
  if (forker->words >= 0) close(forker->words);
  forker->socket = forker->words = -1;
}

int gs_forker_begin(
  gs_launcher *launcher, gs_forker *forker, const gs_warm_runtime *runtime, uint32_t network, uint64_t token) {
  *forker = (gs_forker){.socket = -1, .words = -1, .cgroup = {.oom = -1}};
  gs_cgroup last = launcher->cgroups.last;
  int result = gs_cgroup_get(launcher, &forker->cgroup);
  if (result != 0) return result;
  result = gs_cgroup_set_limits(
    &launcher->cgroups, &forker->cgroup, launcher->options.warm_memory, PROCESSES_MAX, PROCESSOR_THOUSANDTHS);
  // The next cgroup is a run's.
  launcher->cgroups.last = last;
  int pair[2] = {-1, -1}, words[2] = {-1, -1};
  pid_t process = -1;
  if (result == 0) result = gs_socket_pair(&pair[0], &pair[1]);
  if (result == 0 && pipe2(words, O_CLOEXEC | O_NONBLOCK) != 0) result = -errno;
  if (result == 0) {
    process = gs_clone_process(0, launcher->cgroups.version == 2 ? forker->cgroup.entries[0] : -1);
    if (process == 0) execute(launcher, &forker->cgroup, runtime, network, pair[1], words[1]);
    if (process < 0) result = -errno;
  }
  gs_cgroup_close_entries(&forker->cgroup);
  if (pair[1] >= 0) close(pair[1]);
  if (words[1] >= 0) close(words[1]);
  forker->socket = pair[0];
  forker->words = words[0];
  if (process < 0) {
    close_all(launcher, forker);
    gs_cgroup_end(launcher, &forker->cgroup);
    return result;
  }
  forker->pid = process;
  forker->state = GS_FORKER_BEGINS;
  forker->answer_due = gs_now() + launcher->options.warm_patience_ms;
  launcher->running += 1;
  result = send_setup(launcher, forker, network);
  if (result == 0) result = gs_launcher_watch(launcher, forker->socket, token);
  if (result != 0) gs_forker_stop(launcher, forker);
  return result;
}

void gs_forker_stop(gs_launcher *launcher, gs_forker *forker) {
  if (forker->pid <= 0) return;
  // The pid cannot have been given to another process: nobody but this launcher waits for it.
  kill(forker->pid, SIGKILL);
  gs_launcher_unwatch(launcher, forker->socket);
  if (forker->socket >= 0) close(forker->socket);
  forker->socket = -1;
  forker->state = GS_FORKER_NONE;
  forker->is_stopped = true;
}

void gs_forker_end(gs_launcher *launcher, gs_forker *forker, const char *name, int status) {
  char words[WORDS_MAX + 1];
  ssize_t length = forker->words >= 0 ? read(forker->words, words, WORDS_MAX) : -1;
  bool is_bad = !WIFEXITED(status) || WEXITSTATUS(status) != 0;
  if (is_bad && length > 0) {
    words[length] = 0;
    fprintf(stderr, "grapnel-launcher: the fork server of %s has ended: %s\n", name, words);
  }
  close_all(launcher, forker);
  gs_cgroup_end(launcher, &forker->cgroup);
  *forker = (gs_forker){.socket = -1, .words = -1, .cgroup = {.oom = -1}};
  launcher->running -= 1;
}
