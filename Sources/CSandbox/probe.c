// "probe": tries every mechanism for real, each in a child of its own, and prints what works as JSON.
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "kernel.h"
#include "sandbox.h"

#define ACCOUNTED_BYTES (8 * 1024 * 1024)
#define PROBED_UID 200001

enum { FULL = 1, USER = 2 };

// What a child found; shared memory.
typedef struct {
  int result;  // 0 or -errno
  char detail[256];
} finding;

static finding *found;
static uid_t caller;
static gid_t caller_group;
// The folder of the runtimes, or NULL.
static const char *runtimes;

static int map_namespace(void) {
  char map[48];
  int result = gs_write_small(AT_FDCWD, "/proc/self/setgroups", "deny");
  snprintf(map, sizeof map, "%d %u 1", GS_INNER_ID, caller);
  if (result == 0) result = gs_write_small(AT_FDCWD, "/proc/self/uid_map", map);
  snprintf(map, sizeof map, "%d %u 1", GS_INNER_ID, caller_group);
  if (result == 0) result = gs_write_small(AT_FDCWD, "/proc/self/gid_map", map);
  return result;
}

// As a run does it: without privilege.
static int try_user_namespace(void) {
  if (caller == 0) {
    if (setresgid(PROBED_UID, PROBED_UID, PROBED_UID) != 0 || setresuid(PROBED_UID, PROBED_UID, PROBED_UID) != 0) {
      return -errno;
    }
    caller = PROBED_UID;
    caller_group = PROBED_UID;
    // A change of the uid takes that away again.
    prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
  }
  if (unshare(CLONE_NEWUSER) != 0) return -errno;
  int result = map_namespace();
  if (result != 0) return result;
  // Where a security module lets the namespace be made and takes its powers away, this tells.
  return unshare(CLONE_NEWUTS) == 0 ? 0 : -errno;
}

static int try_flag(int flag) { return unshare(flag) == 0 ? 0 : -errno; }
static int try_mount_namespace(void) {
  int result = try_flag(CLONE_NEWNS);
  if (result == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) result = -errno;
  return result;
}
static int try_pid(void) { return try_flag(CLONE_NEWPID); }
static int try_ipc(void) { return try_flag(CLONE_NEWIPC); }
static int try_uts(void) { return try_flag(CLONE_NEWUTS); }
static int try_net(void) { return try_flag(CLONE_NEWNET); }
static int try_cgroup_namespace(void) { return try_flag(CLONE_NEWCGROUP); }

static int try_read_only(void) {
  int result = try_mount_namespace();
  if (result != 0) return result;
  int tree = gs_open_tree(AT_FDCWD, "/usr", GS_OPEN_TREE_CLONE | GS_OPEN_TREE_CLOEXEC | GS_AT_RECURSIVE);
  if (tree < 0) return -errno;
  uint64_t flags = GS_MOUNT_ATTR_RDONLY | GS_MOUNT_ATTR_NOSUID | GS_MOUNT_ATTR_NODEV;
  if (gs_mount_setattr(tree, "", AT_EMPTY_PATH | GS_AT_RECURSIVE, flags) != 0) return -errno;
  return gs_attach_mount(tree, AT_FDCWD, "/usr") == 0 ? 0 : -errno;
}

static int try_proc(void) {
  int result = try_mount_namespace();
  if (result == 0) result = try_pid();
  if (result != 0) return result;
  pid_t child = fork();
  if (child < 0) return -errno;
  if (child == 0) _exit(mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, "hidepid=2") == 0 ? 0 : errno);
  int status;
  if (waitpid(child, &status, 0) != child || !WIFEXITED(status)) return -ECHILD;
  return -WEXITSTATUS(status);
}

static int try_seccomp(void) {
  struct sock_fprog program;
  int result = gs_filter_build_run(&program);
  if (result == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) result = -errno;
  if (result == 0) result = gs_filter_install_base();
  if (result == 0) result = gs_filter_install(&program);
  if (result != 0) return result;
  snprintf(found->detail, sizeof found->detail, "%u instructions for each run", program.len);
  if (unshare(CLONE_NEWUTS) == 0 || errno != EPERM) return -EPROTO;
  return syscall(999999) == -1 && errno == ENOSYS ? 0 : -EPROTO;
}

static int try_landlock(void) {
  int version = gs_landlock_version();
  if (version == 0) return -ENOSYS;
  snprintf(found->detail, sizeof found->detail, "version %d%s", version, version >= 6 ? ", with scopes" : "");
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -errno;
  int ruleset = gs_landlock_make(version);
  return ruleset >= 0 ? gs_landlock_enforce(ruleset) : ruleset + 1;
}

static int try_uids(void) {
  if (setresuid(PROBED_UID, PROBED_UID, PROBED_UID) != 0) return -errno;
  snprintf(found->detail, sizeof found->detail, "uid %d could be taken", PROBED_UID);
  return 0;
}

// A whole cgroup as a run has it, with a process in it. `wanted` is the controller in question.
static int try_cgroup(unsigned wanted, bool accounts) {
  static gs_cgroups cgroups;
  char why[200], name[64];
  snprintf(name, sizeof name, "grapnel-probe-%d", (int)getpid());
  int result = gs_cgroups_open(&cgroups, name, (wanted & GS_CPU) != 0, why, sizeof why);
  if (result != 0) {
    snprintf(found->detail, sizeof found->detail, "%s", why);
    return result;
  }
  unsigned controllers = 0;
  for (size_t index = 0; index < cgroups.count; index++) controllers |= cgroups.hierarchies[index].controllers;
  snprintf(found->detail, sizeof found->detail, "cgroup v%u", cgroups.version);
  gs_cgroup cgroup;
  result = (controllers & wanted) == wanted ? gs_cgroup_make(&cgroups, &cgroup) : -ENOENT;
  if (result == 0) {
    result = gs_cgroup_set_limits(&cgroups, &cgroup, 64 * 1024 * 1024, 8, 1000);
    pid_t child = result == 0 ? gs_clone_process(0, cgroups.version == 2 ? cgroup.entries[0] : -1) : -1;
    if (child == 0) {
      for (size_t index = 0; cgroups.version == 1 && index < cgroups.count; index++) {
        if (write(cgroup.entries[index], "0", 1) != 1) _exit(errno);
      }
      char *memory = mmap(NULL, ACCOUNTED_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      if (memory == MAP_FAILED) _exit(errno);
      memset(memory, 1, ACCOUNTED_BYTES);
      _exit(0);
    }
    int status = 0;
    if (result == 0 && child < 0) result = -errno;
    if (child > 0 && (waitpid(child, &status, 0) != child || !WIFEXITED(status))) result = -ECHILD;
    if (result == 0) result = -WEXITSTATUS(status);
    if (result == 0 && accounts) {
      int64_t peak = gs_cgroup_read_usage(&cgroups, &cgroup).peak_memory;
      snprintf(found->detail, sizeof found->detail, "cgroup v%u, peak memory is told", cgroups.version);
      if (peak < ACCOUNTED_BYTES) result = -ENODATA;
    }
    gs_cgroup_discard(&cgroups, &cgroup);
  }
  (void)gs_cgroups_purge(&cgroups);
  gs_cgroups_close(&cgroups);
  return result;
}

// Whether a network namespace may serve again.
static int try_network_pool(void) {
  struct sock_fprog program, watched;
  int result = gs_filter_build_run(&program);
  if (result == 0) result = gs_filter_build_watched(&program, &watched);
  if (result == 0) result = gs_network_leave();
  if (result == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) result = -errno;
  int network = result == 0 ? open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC) : -1;
  if (result == 0) result = network >= 0 ? gs_network_enter(network) : -errno;
  if (result == 0) result = gs_filter_install_watched(&watched);
  if (result < 0) {
    snprintf(found->detail, sizeof found->detail, "every run gets a new one: sockets cannot be seen");
    return result;
  }
  snprintf(found->detail, sizeof found->detail, "up to %u, while no socket was made", GS_POOL_MAX);
  return 0;
}

// Whether a cgroup may serve again.
static int try_cgroup_pool(void) {
  static gs_cgroups cgroups;
  char why[200], name[64];
  snprintf(name, sizeof name, "grapnel-probe-%d", (int)getpid());
  int result = gs_cgroups_open(&cgroups, name, false, why, sizeof why);
  if (result != 0) {
    snprintf(found->detail, sizeof found->detail, "%s", why);
    return result;
  }
  gs_cgroup cgroup;
  result = gs_cgroup_make(&cgroups, &cgroup);
  if (result == 0) {
    (void)gs_cgroup_set_limits(&cgroups, &cgroup, 64 * 1024 * 1024, 8, 1000);
    bool is_kept = cgroup.is_kept && !cgroup.is_spoiled && gs_cgroup_renew(&cgroups, &cgroup);
    snprintf(
      found->detail, sizeof found->detail, is_kept ? "cgroup v%u, up to %u, while nothing is left in them"
                                                   : "cgroup v%u: every run gets a new one",
      cgroups.version, (unsigned)cgroups.kept_most);
    if (!is_kept) result = -EOPNOTSUPP;
    gs_cgroup_discard(&cgroups, &cgroup);
  }
  (void)gs_cgroups_purge(&cgroups);
  gs_cgroups_close(&cgroups);
  return result;
}

// What every run's /etc is copied from. Closed to ordinary users on some hosts.
static int try_etc(void) {
  int etc = open("/etc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (etc >= 0) return 0;
  int result = -errno;
  snprintf(found->detail, sizeof found->detail, "/etc is not readable");
  return result;
}

// Level "full": the launcher may read everything, but its runs have other uids.
static int try_runtimes(void) {
  struct stat state;
  int folder = open(runtimes, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int result = folder >= 0 && fstat(folder, &state) == 0 ? 0 : -errno;
  bool is_closed = result == 0 && caller == 0 && (state.st_mode & (S_IROTH | S_IXOTH)) != (S_IROTH | S_IXOTH);
  if (is_closed) result = -EACCES;
  snprintf(found->detail, sizeof found->detail, result == 0 ? "%s" : "%s is not readable", runtimes);
  return result;
}

static int try_cgroup_memory(void) { return try_cgroup(GS_MEMORY, false); }
static int try_cgroup_pids(void) { return try_cgroup(GS_PIDS, false); }
static int try_cgroup_cpu(void) { return try_cgroup(GS_CPU, false); }
static int try_accounting(void) { return try_cgroup(GS_MEMORY, true); }

#define USERNS_REMEDY \
  "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0 kernel.unprivileged_userns_clone=1 " \
  "user.max_user_namespaces=10000 (the ones that this kernel has)"
#define CONTAINER_REMEDY "a kernel with this namespace; in a container: docker run --privileged --cgroupns=private"
#define CGROUP_REMEDY \
  "start as root, or in a delegated cgroup: systemd-run --user --scope -p Delegate=yes make serve; " \
  "in a container: docker run --privileged --cgroupns=private"

// Without root, everything but the first must be had inside a user namespace, as the launcher does it.
static const struct {
  const char *name;
  int (*attempt)(void);
  int required_for;
  bool needs_own_namespace;
  // The launcher does not try it: it is about to make its own, which tells as well.
  bool is_cgroup;
  const char *remedy;
} mechanisms[] = {
  {"user namespace", try_user_namespace, FULL | USER, false, false, USERNS_REMEDY},
  {"mount namespace", try_mount_namespace, FULL | USER, true, false, CONTAINER_REMEDY},
  {"recursive read-only mounts", try_read_only, FULL | USER, true, false, "Linux 5.12 or newer (mount_setattr)"},
  {"pid namespace", try_pid, FULL | USER, true, false, CONTAINER_REMEDY},
  {"ipc namespace", try_ipc, FULL | USER, true, false, CONTAINER_REMEDY},
  {"uts namespace", try_uts, FULL | USER, true, false, CONTAINER_REMEDY},
  {"network namespace", try_net, FULL | USER, true, false, CONTAINER_REMEDY},
  {"cgroup namespace", try_cgroup_namespace, FULL | USER, true, false, CONTAINER_REMEDY},
  {"fresh /proc", try_proc, FULL | USER, true, false,
   "a /proc that nothing is mounted over; in a container: docker run --security-opt systempaths=unconfined"},
  {"seccomp", try_seccomp, FULL | USER, true, false, "a kernel with CONFIG_SECCOMP_FILTER"},
  {"/etc", try_etc, FULL | USER, false, false, "chmod 755 /etc"},
  {"folder of runtimes", try_runtimes, FULL | USER, false, false, "chmod -R a+rX that folder, and a+x those above it"},
  {"landlock", try_landlock, 0, false, false, "a kernel with CONFIG_SECURITY_LANDLOCK and landlock in its lsm= list"},
  {"uids of instances", try_uids, FULL, false, false, "start as root: sudo make serve"},
  {"cgroup memory", try_cgroup_memory, FULL, false, true, CGROUP_REMEDY},
  {"cgroup pids", try_cgroup_pids, FULL, false, true, CGROUP_REMEDY},
  {"cgroup cpu", try_cgroup_cpu, FULL, false, true, CGROUP_REMEDY},
  {"memory accounting", try_accounting, FULL, false, true, CGROUP_REMEDY},
  {"pool of networks", try_network_pool, 0, true, false, "no other listener of seccomp filters around the server"},
  {"pool of cgroups", try_cgroup_pool, 0, false, true,
   "cgroups (" CGROUP_REMEDY "); of version 2 with Linux 6.12 or newer"},
};

static void explore(size_t index) {
  memset(found, 0, sizeof *found);
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    int result = 0;
    // Only a dumpable process may write its own maps; the launcher is none.
    prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
    if (caller != 0 && mechanisms[index].needs_own_namespace) {
      result = unshare(CLONE_NEWUSER) == 0 ? map_namespace() : -errno;
      if (result != 0) snprintf(found->detail, sizeof found->detail, "no user namespace to try it in");
    }
    if (result == 0) result = mechanisms[index].attempt();
    found->result = result;
    _exit(0);
  }
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child) {
    found->result = -ECHILD;
  } else if (WIFSIGNALED(status)) {
    found->result = -EINTR;
    snprintf(found->detail, sizeof found->detail, "the attempt died of signal %d", WTERMSIG(status));
  }
}

static void print_text(const char *text) {
  putchar('"');
  for (; *text != 0; text++) {
    if (*text == '"' || *text == '\\') putchar('\\');
    putchar((unsigned char)*text < 32 ? ' ' : *text);
  }
  putchar('"');
}

static bool is_asked_for(size_t index) { return mechanisms[index].attempt != try_runtimes || runtimes != NULL; }

static int prepare(void) {
  caller = geteuid();
  caller_group = getegid();
  found = mmap(NULL, sizeof *found, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  return found != MAP_FAILED ? 0 : -errno;
}

int gs_probe_required(uint32_t level, const char *runtimes_folder, char *why, size_t room) {
  runtimes = runtimes_folder;
  int result = prepare();
  if (result != 0) return result;
  int wanted = level == GS_LEVEL_FULL ? FULL : USER;
  for (size_t index = 0; result == 0 && index < sizeof mechanisms / sizeof mechanisms[0]; index++) {
    if ((mechanisms[index].required_for & wanted) == 0 || mechanisms[index].is_cgroup || !is_asked_for(index)) continue;
    explore(index);
    result = found->result;
    if (result != 0) {
      const char *detail = found->detail[0] != 0 ? found->detail : "it does not work here";
      snprintf(
        why, room, "level \"%s\" needs \"%s\": %s (try: %s)", wanted == FULL ? "full" : "user",
        mechanisms[index].name, detail, mechanisms[index].remedy);
    }
  }
  munmap(found, sizeof *found);
  return result;
}

int gs_probe_main(int argc, char **argv) {
  if (argc == 3 && strcmp(argv[1], "--runtimes") == 0) {
    runtimes = argv[2];
  } else if (argc != 1) {
    fputs("grapnel-launcher probe takes no arguments but --runtimes DIR\n", stderr);
    return 64;
  }
  if (prepare() != 0) {
    perror("grapnel-launcher probe");
    return 1;
  }
  fputs("{\"mechanisms\":[", stdout);
  for (size_t index = 0; index < sizeof mechanisms / sizeof mechanisms[0]; index++) {
    if (!is_asked_for(index)) continue;
    explore(index);
    char detail[400];
    if (found->result == 0) {
      snprintf(detail, sizeof detail, "%s", found->detail);
    } else {
      const char *separator = found->detail[0] != 0 ? ": " : "";
      snprintf(detail, sizeof detail, "%s%s%s", found->detail, separator, strerror(-found->result));
    }
    printf("%s\n{\"name\":", index > 0 ? "," : "");
    print_text(mechanisms[index].name);
    printf(",\"works\":%s,\"detail\":", found->result == 0 ? "true" : "false");
    print_text(detail);
    int levels = mechanisms[index].required_for;
    printf(
      ",\"required_for\":[%s%s%s],\"remedy\":", (levels & FULL) != 0 ? "\"full\"" : "",
      levels == (FULL | USER) ? "," : "", (levels & USER) != 0 ? "\"user\"" : "");
    print_text(mechanisms[index].remedy);
    putchar('}');
  }
  fputs("\n]}\n", stdout);
  return 0;
}
