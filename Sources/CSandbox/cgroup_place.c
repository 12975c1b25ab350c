// Where the launcher's folder is in the hierarchies of cgroups.
//
// Version 1: below the launcher's own cgroup. Version 2 has no processes beside controlled children, so that a place
// with processes must be arranged: they go to a leaf of it. That is done only where everything is ours, in a delegated
// unit or a container; else, as root, the place is the top of what is mounted, and nobody is moved. Either is the same
// at every start, so that a launcher finds what one before it left.
#include "cgroup_place.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "kernel.h"
#include "sandbox.h"

#define PATH_ROOM 4096
#define LIST_ROOM 16384
#define MOVE_ROUNDS 20

bool gs_has_word(const char *list, const char *word, const char *separators) {
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
    bool matches =
      controller[0] == 0 ? names[0] == 0 && strncmp(line, "0:", 2) == 0 : gs_has_word(names, controller, ",");
    if (matches) result = snprintf(path, room, "%s", place) < (int)room ? 0 : -ENAMETOOLONG;
  }
  fclose(file);
  return result;
}

// Opens the top of the hierarchy of `controller` ("" for version 2) as it is mounted here; `below` gets the launcher's
// own path from there, "" for the top itself. Returns a descriptor or -errno.
static int open_top(const char *controller, char *below, size_t room) {
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
                           : strcmp(type, "cgroup") != 0 || !gs_has_word(options, controller, ",")) {
      continue;
    }
    // A container may show only a part of the tree.
    const char *own = path;
    size_t root_length = strlen(root);
    if (strcmp(root, "/") != 0) own = strncmp(path, root, root_length) == 0 ? path + root_length : "";
    while (*own == '/') own++;
    result = open(point, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (result < 0) {
      result = -errno;
    } else {
      snprintf(below, room, "%s", own);
    }
  }
  fclose(file);
  return result;
}

static int open_below(int top, const char *below) {
  int folder = openat(top, below[0] != 0 ? below : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  return folder >= 0 ? folder : -errno;
}

int gs_separate_place(const char *controller) {
  char below[PATH_ROOM];
  int top = open_top(controller, below, sizeof below);
  if (top < 0) return top;
  int place = open_below(top, below);
  close(top);
  return place;
}

// Whether nobody but the launcher and the server that has started it is in the folder.
static bool is_only_ours(int folder) {
  char list[LIST_ROOM];
  int length = gs_read_small(folder, "cgroup.procs", list, sizeof list);
  if (length <= 0) return false;
  char *saved = NULL;
  for (char *line = strtok_r(list, "\n", &saved); line != NULL; line = strtok_r(NULL, "\n", &saved)) {
    long process = strtol(line, NULL, 10);
    if (process != getpid() && process != getppid()) return false;
  }
  return true;
}

// Whether all processes of the folder may be moved. Never a login session's: they are none of ours.
static bool may_arrange(int folder, bool is_top) {
  // The machine's own root is the one folder without this file; it takes children beside its processes.
  if (faccessat(folder, "cgroup.type", F_OK, 0) != 0) return false;
  // A container's.
  if (is_top) return true;
  // What systemd marks a unit with that has "Delegate=yes"; users cannot read the second, older one.
  static const char *const marks[] = {"user.delegate", "trusted.delegate"};
  for (size_t index = 0; index < sizeof marks / sizeof marks[0]; index++) {
    char value = 0;
    if (fgetxattr(folder, marks[index], &value, 1) == 1 && value == '1') return true;
  }
  return is_only_ours(folder);
}

// Moves every process of the folder itself into the leaf.
static int move_processes(int folder) {
  if (mkdirat(folder, GS_HOST_LEAF, 0755) != 0 && errno != EEXIST) return -errno;
  char list[LIST_ROOM];
  for (int round = 0; round < MOVE_ROUNDS; round++) {
    int length = gs_read_small(folder, "cgroup.procs", list, sizeof list);
    if (length <= 0) return length;
    char *saved = NULL;
    for (char *process = strtok_r(list, "\n", &saved); process != NULL; process = strtok_r(NULL, "\n", &saved)) {
      int result = gs_write_small(folder, GS_HOST_LEAF "/cgroup.procs", process);
      if (result != 0 && result != -ESRCH && result != -EINVAL) return result;
    }
  }
  return -EBUSY;
}

// Gives the controllers to the children of the folder, which is arranged if it must be and may be.
static int open_to_children(
  int folder, bool is_top, const gs_controllers *wanted, char *given, char *why, size_t room) {
  char available[512];
  int result = gs_read_small(folder, "cgroup.controllers", available, sizeof available);
  if (result < 0) return result;
  given[0] = 0;
  const char *missing = NULL;
  size_t found = 0, length = 0;
  for (size_t index = 0; index < wanted->count; index++) {
    const char *name = wanted->names[index];
    if (gs_has_word(available, name, " \n")) {
      length += (size_t)snprintf(given + length, GS_GIVEN_ROOM - length, "+%s ", name);
      found += 1;
    } else if (index < wanted->required && missing == NULL) {
      missing = name;
    }
  }
  if (missing != NULL) {
    snprintf(why, room, "cgroup v2 does not have the controller \"%s\" here", missing);
    return found == 0 ? -ENODEV : -ENOENT;
  }
  result = gs_write_small(folder, "cgroup.subtree_control", given);
  if (result == -EBUSY && may_arrange(folder, is_top)) {
    result = move_processes(folder);
    if (result == 0) result = gs_write_small(folder, "cgroup.subtree_control", given);
  }
  if (result != 0) snprintf(why, room, "the cgroup of version 2 that the launcher is in is not delegated to it");
  return result;
}

int gs_unified_place(const gs_controllers *wanted, char *given, char *why, size_t room) {
  char below[PATH_ROOM];
  snprintf(why, room, "there is no cgroup v2");
  int top = open_top("", below, sizeof below);
  if (top < 0) return top == -ENOENT ? -ENODEV : top;
  snprintf(why, room, "the cgroup of version 2 that the launcher is in cannot be opened");
  // Started from a place that has been arranged before: it is the same again, not one deeper.
  char *last = strrchr(below, '/');
  if (strcmp(last != NULL ? last + 1 : below, GS_HOST_LEAF) == 0) *(last != NULL ? last : below) = 0;
  bool is_top = below[0] == 0;
  int place = open_below(top, below);
  int result = place >= 0 ? open_to_children(place, is_top, wanted, given, why, room) : place;
  if (result != 0 && place >= 0) close(place);
  if (result != 0 && !is_top && geteuid() == 0) {
    result = open_to_children(top, true, wanted, given, why, room);
    if (result == 0) return top;
  }
  close(top);
  return result == 0 ? place : result;
}
