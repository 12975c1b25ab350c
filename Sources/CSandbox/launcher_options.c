#include "launcher_options.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cgroup_place.h"

#define MOUNT_LENGTH_MAX 3000

// Refuses what is no whole number or out of bounds.
static bool parse_number(const char *text, long low, long high, long *value) {
  char *end = NULL;
  errno = 0;
  *value = strtol(text, &end, 10);
  return errno == 0 && end != text && *end == 0 && *value >= low && *value <= high;
}

static bool is_absolute(const char *path) { return path[0] == '/' && strlen(path) < PATH_MAX; }

// Whether nothing in it means another folder: it is mounted at the same path inside.
static bool is_plain(const char *path) {
  for (const char *part = path; *part == '/'; part += strcspn(part, "/")) {
    part += 1;
    size_t length = strcspn(part, "/");
    if (length == 0 || (length <= 2 && strncmp(part, "..", length) == 0)) return false;
  }
  return true;
}

const char *gs_mount_fault(const char *path) {
  static const char *const covered[] = {"/tmp",   "/var/tmp", "/hook", "/layer", "/dependencies", "/node_modules",
                                        "/runtimes", "/proc",    "/dev",  "/etc",   GS_HIDDEN};
  if (path[0] != '/' || path[1] == 0 || !is_plain(path)) return "an absolute path without . or .., and not / itself";
  if (strlen(path) > MOUNT_LENGTH_MAX) return "a path of at most 3000 bytes";
  for (size_t index = 0; index < sizeof covered / sizeof covered[0]; index++) {
    size_t length = strlen(covered[index]);
    if (strncmp(path, covered[index], length) == 0 && (path[length] == 0 || path[length] == '/')) {
      return "not in /tmp, /var/tmp, /hook, /layer, /dependencies, /node_modules, /runtimes, /proc, /dev or /etc, of which "
             "every run has its own";
    }
  }
  return NULL;
}

static bool is_name(const char *name) {
  size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");
  return length > 0 && length < 128 && name[length] == 0 && name[0] != '.' && strcmp(name, GS_HOST_LEAF) != 0;
}

// A runtime whose processes are begun ahead of need; its command follows, word by word.
static bool add_runtime(gs_options *options, const char *name, uint32_t start) {
  size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_");
  if (length == 0 || length >= GS_RUNTIME_NAME_MAX || name[length] != 0) return false;
  if (options->warm_count == GS_WARM_RUNTIMES_MAX) return false;
  options->warm[options->warm_count++] = (gs_warm_runtime){.name = name, .start = start};
  return true;
}

static bool add_word(gs_options *options, const char *word) {
  if (options->warm_count == 0) return false;
  gs_warm_runtime *runtime = &options->warm[options->warm_count - 1];
  if (runtime->word_count == GS_WARM_WORDS_MAX || (runtime->word_count == 0 && word[0] != '/')) return false;
  runtime->words[runtime->word_count++] = word;
  return true;
}

bool gs_parse_options(int argc, char **argv, gs_options *options, char *why, size_t room) {
  *options = (gs_options){
    .socket = -1, .uid_base = 200000, .cgroup_name = "grapnel", .warm_idle_ms = 60000, .warm_runs = 1000,
    .warm_patience_ms = 10000, .warm_memory = 512l * 1024 * 1024};
  for (int index = 1; index < argc; index++) {
    const char *name = argv[index];
    if (strcmp(name, "--allow-host-network") == 0) {
      options->allow_host_network = true;
      continue;
    }
    const char *value = index + 1 < argc ? argv[++index] : NULL;
    if (value == NULL) {
      snprintf(why, room, "%s needs a value", name);
      return false;
    }
    bool is_right = true;
    long number = 0;
    if (strcmp(name, "--socket-fd") == 0) {
      is_right = parse_number(value, 3, 1 << 20, &number);
      options->socket = (int)number;
    } else if (strcmp(name, "--level") == 0) {
      options->level = strcmp(value, "full") == 0 ? GS_LEVEL_FULL : strcmp(value, "user") == 0 ? GS_LEVEL_USER : 0;
      is_right = options->level != 0;
    } else if (strcmp(name, "--bundles") == 0) {
      is_right = is_absolute(value);
      options->bundles = value;
    } else if (strcmp(name, "--layers") == 0) {
      is_right = is_absolute(value);
      options->layers = value;
    } else if (strcmp(name, "--runtimes") == 0) {
      is_right = is_absolute(value);
      options->runtimes = value;
    } else if (strcmp(name, "--mount") == 0) {
      is_right = gs_mount_fault(value) == NULL && options->mount_count < GS_MOUNTS_MAX;
      if (is_right) options->mounts[options->mount_count++] = value;
    } else if (strcmp(name, "--uid-base") == 0) {
      is_right = parse_number(value, 1000, 4000000000l - (long)GS_SERIAL_MAX, &number);
      options->uid_base = (uint32_t)number;
    } else if (strcmp(name, "--cgroup-name") == 0) {
      is_right = is_name(value);
      options->cgroup_name = value;
    } else if (strcmp(name, "--fork") == 0 || strcmp(name, "--spare") == 0) {
      is_right = add_runtime(options, value, strcmp(name, "--fork") == 0 ? GS_START_FORK : GS_START_SPARE);
    } else if (strcmp(name, "--word") == 0) {
      is_right = add_word(options, value);
    } else if (strcmp(name, "--warm-idle-ms") == 0) {
      is_right = parse_number(value, 1, 86400000, &options->warm_idle_ms);
    } else if (strcmp(name, "--warm-runs") == 0) {
      is_right = parse_number(value, 1, 1000000, &options->warm_runs);
    } else if (strcmp(name, "--warm-patience-ms") == 0) {
      is_right = parse_number(value, 1, 600000, &options->warm_patience_ms);
    } else if (strcmp(name, "--warm-memory") == 0) {
      is_right = parse_number(value, 16l << 20, 1l << 40, &options->warm_memory);
    } else {
      snprintf(why, room, "unknown option %s", name);
      return false;
    }
    if (!is_right) {
      snprintf(why, room, "%s cannot be \"%s\"", name, value);
      return false;
    }
  }
  for (size_t index = 0; index < options->warm_count; index++) {
    if (options->warm[index].word_count > 0) continue;
    snprintf(why, room, "--word is needed after %s", options->warm[index].name);
    return false;
  }
  if (options->socket < 0 || options->level == 0 || options->bundles == NULL || options->runtimes == NULL) {
    snprintf(why, room, "--socket-fd, --level, --bundles and --runtimes are needed");
    return false;
  }
  return true;
}
