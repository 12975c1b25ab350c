// Where the runs' cgroups live: finding the controllers, making the parents, and clearing what an earlier launcher
// left.
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
#include <sys/stat.h>
#include <time.h>

#include "kernel.h"
#include "sandbox.h"

#define PATH_ROOM 4096
#define PURGE_ROUNDS 500
#define PURGE_PAUSE_NS 10000000

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

// Whether `word` is one of the words between any of the separators.
static bool has_word(const char *list, const char *word, const char *separators) {
  size_t length = strlen(word);
  for (const char *place = list; (place = strstr(place, word)) != NULL; place += length) {
    bool starts = place == list || strchr(separators, place[-1]) != NULL;
    if (starts && (place[length] == 0 || strchr(separators, place[length]) != NULL)) return true;
  }
  return false;
}

// The launcher's own path in the hierarchy of `controller` ("" for version 2). Returns 0 or -errno.
static int own_path(const char *controller, char *path, size_t room) {
  FILE *file = fopen("/proc/self/cgroup", "re");
  if (file == NULL) return -errno;
  char line[PATH_ROOM];
  int result = -ENOENT;
  while (result != 0 && fgets(line, sizeof line, file) != NULL) {
    char *names = strchr(line, ':');
    char *place = names != NULL ? strchr(names + 1, ':') : NULL;
    if (place == NULL) continue;
    *place++ = 0;
    names += 1;
    place[strcspn(place, "\n")] = 0;
    bool matches = controller[0] == 0 ? names[0] == 0 && strncmp(line, "0:", 2) == 0 : has_word(names, controller, ",");
    if (matches) result = snprintf(path, room, "%s", place) < (int)room ? 0 : -ENAMETOOLONG;
  }
  fclose(file);
  return result;
}

// Opens the launcher's own folder in the hierarchy of `controller` ("" for version 2). Returns a descriptor or -errno.
static int open_own(const char *controller) {
  char path[PATH_ROOM];
  int result = own_path(controller, path, sizeof path);
  if (result != 0) return result;
  FILE *file = fopen("/proc/self/mountinfo", "re");
  if (file == NULL) return -errno;
  char line[PATH_ROOM];
  result = -ENOENT;
  while (result < 0 && fgets(line, sizeof line, file) != NULL) {
    char root[PATH_ROOM], point[PATH_ROOM], type[64], options[PATH_ROOM];
    const char *rest = strstr(line, " - ");
    if (rest == NULL || sscanf(line, "%*s %*s %*s %4095s %4095s", root, point) != 2 ||
        sscanf(rest, " - %63s %*s %4095s", type, options) != 2) {
      continue;
    }
    if (controller[0] == 0 ? strcmp(type, "cgroup2") != 0
                           : strcmp(type, "cgroup") != 0 || !has_word(options, controller, ",")) {
      continue;
    }
    // A container may show only a part of the tree.
    const char *below = path;
    size_t root_length = strlen(root);
    if (strcmp(root, "/") != 0) {
      below = strncmp(path, root, root_length) == 0 ? path + root_length : "";
    }
    int mount_point = open(point, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (mount_point < 0) {
      result = -errno;
      continue;
    }
    while (*below == '/') below++;
    result = openat(mount_point, *below != 0 ? below : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (result < 0) result = -errno;
    close(mount_point);
  }
  fclose(file);
  return result;
}

static int open_parent(int own, const char *name) {
  if (mkdirat(own, name, 0755) != 0 && errno != EEXIST) return -errno;
  int parent = openat(own, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
  return parent >= 0 ? parent : -errno;
}

// Moves every process of the folder itself into `leaf`: version 2 has no processes beside the controlled children.
static int move_processes(int own, const char *leaf) {
  if (mkdirat(own, leaf, 0755) != 0 && errno != EEXIST) return -errno;
  char path[PATH_ROOM], list[16384];
  snprintf(path, sizeof path, "%s/cgroup.procs", leaf);
  for (int round = 0; round < 20; round++) {
    int length = gs_read_small(own, "cgroup.procs", list, sizeof list);
    if (length < 0) return length;
    if (length == 0) return 0;
    char *saved = NULL;
    for (char *process = strtok_r(list, "\n", &saved); process != NULL; process = strtok_r(NULL, "\n", &saved)) {
      int result = gs_write_small(own, path, process);
      if (result != 0 && result != -ESRCH && result != -EINVAL) return result;
    }
  }
  return -EBUSY;
}

static int open_unified(gs_cgroups *cgroups, const char *name, char *why, size_t room) {
  char available[512];
  int own = open_own("");
  if (own < 0) return own;
  int result = gs_read_small(own, "cgroup.controllers", available, sizeof available);
  if (result >= 0) result = has_word(available, "memory", " \n") && has_word(available, "pids", " \n") ? 0 : -ENOENT;
  if (result == 0) {
    const char *wanted = has_word(available, "cpu", " \n") ? "+memory +pids +cpu" : "+memory +pids";
    result = gs_write_small(own, "cgroup.subtree_control", wanted);
    if (result == -EBUSY) {
      result = move_processes(own, "grapnel-host");
      if (result == 0) result = gs_write_small(own, "cgroup.subtree_control", wanted);
    }
    int parent = result == 0 ? open_parent(own, name) : -1;
    if (result == 0 && parent < 0) result = parent;
    if (result == 0) {
      cgroups->hierarchies[0].own = own;
      cgroups->hierarchies[0].parent = parent;
      cgroups->hierarchies[0].controllers = GS_MEMORY | GS_PIDS | (has_word(wanted, "+cpu", " ") ? GS_CPU : 0);
      cgroups->count = 1;
      result = gs_write_small(parent, "cgroup.subtree_control", wanted);
    }
    if (result != 0) snprintf(why, room, "the cgroup of version 2 that the launcher is in is not delegated to it");
  }
  if (cgroups->count == 0) close(own);
  if (result != 0) return result;
  cgroups->version = 2;
  cgroups->memory = cgroups->pids = cgroups->cpuacct = 0;
  cgroups->cpu = (cgroups->hierarchies[0].controllers & GS_CPU) != 0 ? 0 : -1;
  return 0;
}

static int open_separate(gs_cgroups *cgroups, const char *name, char *why, size_t room) {
  static const struct {
    const char *name;
    unsigned bit;
  } controllers[] = {{"memory", GS_MEMORY}, {"pids", GS_PIDS}, {"cpu", GS_CPU}, {"cpuacct", GS_CPUACCT}};
  int *places[] = {&cgroups->memory, &cgroups->pids, &cgroups->cpu, &cgroups->cpuacct};
  for (size_t index = 0; index < 4; index++) {
    int own = open_own(controllers[index].name);
    int parent = own >= 0 ? open_parent(own, name) : own;
    if (parent < 0) {
      if (own >= 0) close(own);
      if (controllers[index].bit == GS_CPUACCT) continue;
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
  cgroups->has_swap_limit = faccessat(
    cgroups->hierarchies[cgroups->memory].parent, "memory.memsw.limit_in_bytes", F_OK, 0) == 0;
  return 0;
}

int gs_cgroups_open(gs_cgroups *cgroups, const char *name, char *why, size_t room) {
  *cgroups = (gs_cgroups){.name = name, .memory = -1, .pids = -1, .cpu = -1, .cpuacct = -1, .next_number = 1};
  why[0] = 0;
  int unified = open_unified(cgroups, name, why, room);
  if (unified == 0) return 0;
  gs_cgroups_close(cgroups);
  char other[256];
  int separate = open_separate(cgroups, name, other, sizeof other);
  if (separate == 0) return 0;
  gs_cgroups_close(cgroups);
  if (unified != -ENOENT) return unified;
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
    close(cgroups->hierarchies[index].parent);
    (void)unlinkat(cgroups->hierarchies[index].own, cgroups->name, AT_REMOVEDIR);
    close(cgroups->hierarchies[index].own);
  }
  cgroups->count = 0;
  cgroups->version = 0;
  cgroups->memory = cgroups->pids = cgroups->cpu = cgroups->cpuacct = -1;
}
