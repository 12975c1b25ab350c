// Where the runs' cgroups live: making their parents, holding them against other launchers, and clearing what an
// earlier one left.
//
// Every folder is held by a descriptor from here on: after the launcher has moved into its template there is no path
// to it.
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

#include "cgroup_place.h"
#include "kernel.h"
#include "sandbox.h"

#define PURGE_ROUNDS 500
#define PURGE_PAUSE_NS 10000000
// A launcher that ends takes ten seconds at most for its runs.
#define CLAIM_ROUNDS 600
#define CLAIM_PAUSE_NS 20000000
// MEMCG_CHARGE_BATCH of the kernel, in bytes.
#define AHEAD_FOR_A_PROCESSOR (64 * 4096ll)
// A cgroup that is kept has about a dozen open files.
#define FILES_FOR_A_FULL_POOL 4096

int gs_read_small(int folder, const char *path, char *text, size_t room) {
  int descriptor = openat(folder, path, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return -errno;
  ssize_t length = read(descriptor, text, room - 1);
  int result = length < 0 ? -errno : (int)length;
  close(descriptor);
  text[length > 0 ? length : 0] = 0;
  return result;
}

int gs_write_small(int folder, const char *path, const char *text) {
  int descriptor = openat(folder, path, O_WRONLY | O_CLOEXEC);
  if (descriptor < 0) return -errno;
  size_t length = strlen(text);
  ssize_t written = write(descriptor, text, length);
  int result = written == (ssize_t)length ? 0 : written < 0 ? -errno : -EIO;
  close(descriptor);
  return result;
}

static int open_parent(int own, const char *name) {
  int parent = -1;
  do {
    // Who can open it can lock it, and so keep the next launcher from starting.
    if (mkdirat(own, name, 0700) != 0 && errno != EEXIST) return -errno;
    parent = openat(own, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    // A launcher that ends removes it.
  } while (parent < 0 && errno == ENOENT);
  return parent >= 0 ? parent : -errno;
}

// Takes the folder that holds the runs' cgroups for this launcher alone, so that what is cleared away is never a living
// launcher's. The lock is the kernel's and goes with the process; its inits close it. One that is just ending is waited
// for.
static int claim(gs_hierarchy *hierarchy, const char *name) {
  for (int round = 0; round < CLAIM_ROUNDS; round++) {
    if (flock(hierarchy->parent, LOCK_EX | LOCK_NB) == 0) {
      // Whoever had it may have removed it at its end.
      struct stat held, named;
      if (fstat(hierarchy->parent, &held) == 0 && fstatat(hierarchy->own, name, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
          held.st_ino == named.st_ino && held.st_dev == named.st_dev) {
        hierarchy->is_claimed = true;
        return 0;
      }
      int parent = open_parent(hierarchy->own, name);
      if (parent < 0) return parent;
      close(hierarchy->parent);
      hierarchy->parent = parent;
      continue;
    }
    if (errno != EWOULDBLOCK) return -errno;
    nanosleep(&(struct timespec){.tv_nsec = CLAIM_PAUSE_NS}, NULL);
  }
  return -EWOULDBLOCK;
}

static int claim_all(gs_cgroups *cgroups, const char *name, char *why, size_t room) {
  for (size_t index = 0; index < cgroups->count; index++) {
    int result = claim(&cgroups->hierarchies[index], name);
    if (result == 0) continue;
    snprintf(
      why, room, result == -EWOULDBLOCK ? "another launcher works with the cgroup \"%s\""
                                        : "the cgroup \"%s\" cannot be locked", name);
    return result;
  }
  return 0;
}

static int open_unified(gs_cgroups *cgroups, const char *name, bool needs_cpu, char *why, size_t room) {
  static const char *const names[] = {"memory", "pids", "cpu"};
  char given[GS_GIVEN_ROOM];
  int own = gs_unified_place(
    &(gs_controllers){.names = names, .count = 3, .required = needs_cpu ? 3 : 2}, given, why, room);
  if (own < 0) return own;
  int parent = open_parent(own, name);
  if (parent < 0) {
    snprintf(why, room, "the cgroup \"%s\" cannot be made", name);
    close(own);
    return parent;
  }
  bool has_cpu = gs_has_word(given, "+cpu", " ");
  cgroups->hierarchies[0] =
    (gs_hierarchy){.own = own, .parent = parent, .controllers = GS_MEMORY | GS_PIDS | (has_cpu ? GS_CPU : 0)};
  cgroups->count = 1;
  cgroups->version = 2;
  cgroups->memory = cgroups->pids = cgroups->cpuacct = 0;
  cgroups->cpu = has_cpu ? 0 : -1;
  int result = claim_all(cgroups, name, why, room);
  if (result == 0 && (result = gs_write_small(cgroups->hierarchies[0].parent, "cgroup.subtree_control", given)) != 0) {
    snprintf(why, room, "the controllers of cgroup v2 cannot be given to the runs");
  }
  return result;
}

static int open_separate(gs_cgroups *cgroups, const char *name, bool needs_cpu, char *why, size_t room) {
  static const struct {
    const char *name;
    unsigned bit;
  } controllers[] = {{"memory", GS_MEMORY}, {"pids", GS_PIDS}, {"cpu", GS_CPU}, {"cpuacct", GS_CPUACCT}};
  int *places[] = {&cgroups->memory, &cgroups->pids, &cgroups->cpu, &cgroups->cpuacct};
  unsigned required = GS_MEMORY | GS_PIDS | (needs_cpu ? GS_CPU : 0);
  for (size_t index = 0; index < 4; index++) {
    int own = gs_separate_place(controllers[index].name);
    int parent = own >= 0 ? open_parent(own, name) : own;
    if (parent < 0) {
      if (own >= 0) close(own);
      if ((controllers[index].bit & required) == 0) continue;
      snprintf(why, room, "the cgroup controller \"%s\" cannot be used", controllers[index].name);
      return parent;
    }
    // Controllers that are mounted together are one folder.
    struct stat ours, other;
    fstat(parent, &ours);
    size_t place = 0;
    for (; place < cgroups->count; place++) {
      if (fstat(cgroups->hierarchies[place].parent, &other) == 0 && other.st_dev == ours.st_dev) break;
    }
    if (place < cgroups->count) {
      close(parent);
      close(own);
    } else {
      cgroups->hierarchies[cgroups->count++] = (gs_hierarchy){.own = own, .parent = parent};
    }
    cgroups->hierarchies[place].controllers |= controllers[index].bit;
    *places[index] = (int)place;
  }
  cgroups->version = 1;
  int result = claim_all(cgroups, name, why, room);
  if (result != 0) return result;
  cgroups->has_swap_limit = faccessat(
    cgroups->hierarchies[cgroups->memory].parent, "memory.memsw.limit_in_bytes", F_OK, 0) == 0;
  return 0;
}

int gs_cgroups_open(gs_cgroups *cgroups, const char *name, bool needs_cpu, char *why, size_t room) {
  *cgroups = (gs_cgroups){.name = name, .memory = -1, .pids = -1, .cpu = -1, .cpuacct = -1, .next_number = 1};
  // What the kernel charges ahead, for each processor.
  long processors = sysconf(_SC_NPROCESSORS_ONLN);
  cgroups->most_left = AHEAD_FOR_A_PROCESSOR * (processors > 4 ? 4 : processors > 1 ? processors : 1);
  struct rlimit files;
  bool has_files = getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur >= FILES_FOR_A_FULL_POOL;
  cgroups->kept_most = has_files ? GS_POOL_MAX : GS_SPARES_MAX;
  why[0] = 0;
  int unified = open_unified(cgroups, name, needs_cpu, why, room);
  if (unified == 0) return 0;
  gs_cgroups_close(cgroups);
  if (unified == -EWOULDBLOCK) return unified;
  char other[256];
  int separate = open_separate(cgroups, name, needs_cpu, other, sizeof other);
  if (separate == 0) return 0;
  gs_cgroups_close(cgroups);
  if (unified != -ENODEV && separate != -EWOULDBLOCK) return unified;
  snprintf(why, room, "%s", other);
  return separate;
}

// Sends SIGKILL to all in one folder. Returns whether there was anybody.
static bool kill_processes(int folder) {
  char list[16384];
  (void)gs_write_small(folder, "cgroup.kill", "1");
  if (gs_read_small(folder, "cgroup.procs", list, sizeof list) <= 0) return false;
  char *saved = NULL;
  for (char *line = strtok_r(list, "\n", &saved); line != NULL; line = strtok_r(NULL, "\n", &saved)) {
    long process = strtol(line, NULL, 10);
    if (process > 1) kill((pid_t)process, SIGKILL);
  }
  return true;
}

// One pass over the runs' folders below a parent. Returns how many are left, or -errno.
static int purge_once(int parent) {
  int copy = openat(parent, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *folder = copy >= 0 ? fdopendir(copy) : NULL;
  if (folder == NULL) {
    int error = errno;
    if (copy >= 0) close(copy);
    return -error;
  }
  int left = 0;
  struct dirent *entry;
  while ((entry = readdir(folder)) != NULL) {
    if (entry->d_type != DT_DIR || entry->d_name[0] == '.') continue;
    int run = openat(parent, entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (run < 0) continue;
    kill_processes(run);
    close(run);
    if (unlinkat(parent, entry->d_name, AT_REMOVEDIR) != 0 && errno != ENOENT) left += 1;
  }
  closedir(folder);
  return left;
}

int gs_cgroups_purge(gs_cgroups *cgroups) {
  for (int round = 0; round < PURGE_ROUNDS; round++) {
    int left = 0;
    for (size_t index = 0; index < cgroups->count; index++) {
      int result = purge_once(cgroups->hierarchies[index].parent);
      if (result < 0) return result;
      left += result;
    }
    if (left == 0) return 0;
    nanosleep(&(struct timespec){.tv_nsec = PURGE_PAUSE_NS}, NULL);
  }
  return -EBUSY;
}

void gs_cgroups_close(gs_cgroups *cgroups) {
  for (size_t index = 0; index < cgroups->count; index++) {
    const gs_hierarchy *hierarchy = &cgroups->hierarchies[index];
    // Before the lock goes, and never another launcher's, which may have no run at the moment.
    if (hierarchy->is_claimed || flock(hierarchy->parent, LOCK_EX | LOCK_NB) == 0) {
      (void)unlinkat(hierarchy->own, cgroups->name, AT_REMOVEDIR);
    }
    close(hierarchy->parent);
    close(hierarchy->own);
  }
  cgroups->count = 0;
  cgroups->version = 0;
  cgroups->memory = cgroups->pids = cgroups->cpu = cgroups->cpuacct = -1;
}
