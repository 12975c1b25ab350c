// The cgroup of one run: made ahead of need, limited when it is used, and used again if nothing of the run is left in
// it; else removed when nobody waits for it.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>

#include "kernel.h"
#include "sandbox.h"

#define CPU_PERIOD_US 100000
// An instance's weight: large, so that the smallest share of it is still a weight that the kernel takes.
#define CPU_WEIGHT 10000
#define CPU_SHARES (64 * 1024)
// Of those that may be kept, one of so many waits at least.
#define RESTING_SHARE 8

static void make_name(char *name, size_t room, uint32_t number, const char *file) {
  snprintf(name, room, "r%u%s%s", number, file[0] != 0 ? "/" : "", file);
}

static int write_file(gs_cgroups *cgroups, int hierarchy, uint32_t number, const char *file, const char *text) {
  char path[96];
  make_name(path, sizeof path, number, file);
  return gs_write_small(cgroups->hierarchies[hierarchy].parent, path, text);
}

static int read_file(
  gs_cgroups *cgroups, int hierarchy, uint32_t number, const char *file, char *text, size_t room) {
  char path[96];
  make_name(path, sizeof path, number, file);
  return gs_read_small(cgroups->hierarchies[hierarchy].parent, path, text, room);
}

static int open_file(gs_cgroups *cgroups, int hierarchy, uint32_t number, const char *file, int flags) {
  char path[96];
  make_name(path, sizeof path, number, file);
  int descriptor = openat(cgroups->hierarchies[hierarchy].parent, path, flags | O_CLOEXEC);
  return descriptor >= 0 ? descriptor : -errno;
}

static int set_memory_limit(gs_cgroups *cgroups, uint32_t number, int64_t memory) {
  char text[32];
  snprintf(text, sizeof text, "%lld", (long long)memory);
  if (cgroups->version == 2) {
    int result = write_file(cgroups, cgroups->memory, number, "memory.max", text);
    if (result != 0) return result;
    result = write_file(cgroups, cgroups->memory, number, "memory.swap.max", "0");
    return result == -ENOENT ? 0 : result;  // a kernel without swap
  }
  int result = write_file(cgroups, cgroups->memory, number, "memory.limit_in_bytes", text);
  if (!cgroups->has_swap_limit) return result;
  // The limit with swap is never below the one without: lowering begins with the one, raising with the other.
  if (result != 0 && result != -EINVAL) return result;
  result = write_file(cgroups, cgroups->memory, number, "memory.memsw.limit_in_bytes", text);
  if (result != 0) return result;
  return write_file(cgroups, cgroups->memory, number, "memory.limit_in_bytes", text);
}

// Returns its length.
static int quota_text(const gs_cgroups *cgroups, uint32_t cpu, char *text, size_t room) {
  long long quota = (long long)cpu * CPU_PERIOD_US / 1000;
  if (cgroups->version == 2) return snprintf(text, room, "%lld %d", quota, CPU_PERIOD_US);
  // The period is 100 ms from the start.
  return snprintf(text, room, "%lld", quota);
}

static int set_cpu_limit(gs_cgroups *cgroups, uint32_t number, uint32_t cpu) {
  if (cgroups->cpu < 0) return 0;
  char text[48];
  quota_text(cgroups, cpu, text, sizeof text);
  return write_file(cgroups, cgroups->cpu, number, cgroups->version == 2 ? "cpu.max" : "cpu.cfs_quota_us", text);
}

int gs_cgroup_set_share(gs_cgroups *cgroups, gs_cgroup *cgroup, uint32_t share) {
  if (cgroups->cpu < 0 || cgroups->version == 0 || cgroup->share == share) return 0;
  bool unified = cgroups->version == 2;
  char text[32];
  uint32_t weight = (unified ? CPU_WEIGHT : CPU_SHARES) / share;
  snprintf(text, sizeof text, "%u", weight > 2 ? weight : 2);
  int result = write_file(cgroups, cgroups->cpu, cgroup->number, unified ? "cpu.weight" : "cpu.shares", text);
  if (result == 0) cgroup->share = share;
  return result;
}

int gs_cgroup_set_limits(gs_cgroups *cgroups, gs_cgroup *cgroup, int64_t memory, uint32_t processes, uint32_t cpu) {
  if (cgroups->version == 0) return 0;
  cgroups->last.memory = memory;
  cgroups->last.processes = processes;
  cgroups->last.cpu = cpu;
  int result = 0;
  if (cgroup->memory != memory) result = set_memory_limit(cgroups, cgroup->number, memory);
  if (result == 0 && cgroup->processes != processes) {
    char text[32];
    snprintf(text, sizeof text, "%u", processes + 1);  // and the init
    result = write_file(cgroups, cgroups->pids, cgroup->number, "pids.max", text);
  }
  if (result == 0 && cgroup->cpu != cpu) result = set_cpu_limit(cgroups, cgroup->number, cpu);
  if (result != 0) return result;
  cgroup->memory = memory;
  cgroup->processes = processes;
  cgroup->cpu = cpu;
  return 0;
}

// v1: an eventfd that becomes readable when the cgroup is out of memory.
static int watch_memory(gs_cgroups *cgroups, uint32_t number) {
  int event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (event < 0) return -errno;
  int control = open_file(cgroups, cgroups->memory, number, "memory.oom_control", O_RDONLY);
  char text[48];
  snprintf(text, sizeof text, "%d %d", event, control);
  int result = control < 0 ? control : write_file(cgroups, cgroups->memory, number, "cgroup.event_control", text);
  if (control >= 0) close(control);
  if (result == 0) return event;
  close(event);
  return result;
}

void gs_cgroup_close_entries(gs_cgroup *cgroup) {
  if (cgroup->is_kept) return;
  for (size_t index = 0; index < GS_HIERARCHIES_MAX; index++) {
    if (cgroup->entries[index] >= 0) close(cgroup->entries[index]);
    cgroup->entries[index] = -1;
  }
}

static int hierarchy_of(const gs_cgroups *cgroups, int file) {
  switch (file) {
    case GS_FILE_PIDS_EVENTS:
    case GS_FILE_PIDS_NOW: return cgroups->pids;
    case GS_FILE_CPU_USED: return cgroups->cpuacct;
    case GS_FILE_CPU_QUOTA: return cgroups->cpu;
    default: return cgroups->memory;
  }
}

static const char *name_of(const gs_cgroups *cgroups, int file) {
  static const char *const names[2][GS_FILE_COUNT] = {
    {"memory.oom_control", "memory.max_usage_in_bytes", "memory.usage_in_bytes", "pids.events", "pids.current",
     "cpuacct.usage", "cpu.cfs_quota_us"},
    {"memory.events", "memory.peak", "memory.current", "pids.events", "pids.current", "cpu.stat", "cpu.max"},
  };
  return names[cgroups->version - 1][file];
}

// Opens the files of one that is kept. What cannot be opened, such as a peak that cannot be set back (v2 before Linux
// 6.12), keeps it from serving again, and nothing else.
static void open_files(gs_cgroups *cgroups, gs_cgroup *cgroup) {
  for (int file = 0; file < GS_FILE_COUNT; file++) {
    int hierarchy = hierarchy_of(cgroups, file);
    if (hierarchy < 0) continue;
    int mode = file == GS_FILE_MEMORY_PEAK ? O_RDWR : file == GS_FILE_CPU_QUOTA ? O_WRONLY : O_RDONLY;
    int opened = open_file(cgroups, hierarchy, cgroup->number, name_of(cgroups, file), mode);
    cgroup->files[file] = opened >= 0 ? opened : -1;
    if (opened < 0) cgroup->is_spoiled = true;
  }
}

static int read_known(
  gs_cgroups *cgroups, const gs_cgroup *cgroup, int file, char *text, size_t room) {
  if (cgroup->files[file] < 0) {
    int hierarchy = hierarchy_of(cgroups, file);
    if (hierarchy < 0) return -ENOENT;
    return read_file(cgroups, hierarchy, cgroup->number, name_of(cgroups, file), text, room);
  }
  ssize_t length = pread(cgroup->files[file], text, room - 1, 0);
  text[length > 0 ? length : 0] = 0;
  return length < 0 ? -errno : (int)length;
}

static int fill(gs_cgroups *cgroups, gs_cgroup *cgroup) {
  for (size_t index = 0; index < cgroups->count; index++) {
    char name[32];
    make_name(name, sizeof name, cgroup->number, "");
    if (mkdirat(cgroups->hierarchies[index].parent, name, 0755) != 0) return -errno;
    int entry = cgroups->version == 2 ? open_file(cgroups, (int)index, cgroup->number, "", O_RDONLY | O_DIRECTORY)
                                      : open_file(cgroups, (int)index, cgroup->number, "tasks", O_WRONLY);
    if (entry < 0) return entry;
    cgroup->entries[index] = entry;
  }
  if (cgroups->version == 2) return write_file(cgroups, cgroups->memory, cgroup->number, "memory.oom.group", "1");
  cgroup->oom = watch_memory(cgroups, cgroup->number);
  return cgroup->oom >= 0 ? 0 : cgroup->oom;
}

int gs_cgroup_make(gs_cgroups *cgroups, gs_cgroup *cgroup) {
  *cgroup = (gs_cgroup){.oom = -1, .entries = {-1, -1, -1, -1}, .files = {-1, -1, -1, -1, -1, -1, -1}};
  if (cgroups->version == 0) return 0;
  cgroup->number = cgroups->next_number++;
  if (cgroups->next_number == 0) cgroups->next_number = 1;
  int result = fill(cgroups, cgroup);
  if (result != 0) {
    gs_cgroup_discard(cgroups, cgroup);
    return result;
  }
  if (cgroups->kept < cgroups->kept_most) {
    cgroups->kept += 1;
    cgroup->is_kept = true;
    open_files(cgroups, cgroup);
  }
  gs_cgroup last = cgroups->last;
  // If this fails, the limits are set again, and the error told, when it is used.
  if (last.memory != 0) (void)gs_cgroup_set_limits(cgroups, cgroup, last.memory, last.processes, last.cpu);
  (void)gs_cgroup_set_share(cgroups, cgroup, 1);
  return 0;
}

static int64_t value_of(const char *text, const char *name) {
  size_t length = strlen(name);
  for (const char *line = text; line != NULL && *line != 0; line = strchr(line, '\n')) {
    while (*line == '\n') line++;
    if (strncmp(line, name, length) == 0 && line[length] == ' ') return strtoll(line + length, NULL, 10);
  }
  return -1;
}

static int64_t number_in(gs_cgroups *cgroups, const gs_cgroup *cgroup, int file) {
  char text[32];
  return read_known(cgroups, cgroup, file, text, sizeof text) > 0 ? strtoll(text, NULL, 10) : -1;
}

// Microseconds since it was made, or -1.
static int64_t cpu_used(gs_cgroups *cgroups, const gs_cgroup *cgroup) {
  if (cgroups->version == 1) {
    int64_t nanoseconds = number_in(cgroups, cgroup, GS_FILE_CPU_USED);
    return nanoseconds >= 0 ? nanoseconds / 1000 : -1;
  }
  char text[1024];
  return read_known(cgroups, cgroup, GS_FILE_CPU_USED, text, sizeof text) > 0 ? value_of(text, "usage_usec") : -1;
}

gs_cgroup_usage gs_cgroup_read_usage(gs_cgroups *cgroups, gs_cgroup *cgroup) {
  gs_cgroup_usage usage = {.cpu_us = -1, .peak_memory = -1};
  if (cgroups->version == 0 || cgroup->number == 0) return usage;
  char text[1024];
  // One that serves again has counted neither.
  bool is_known = read_known(cgroups, cgroup, GS_FILE_MEMORY_EVENTS, text, sizeof text) > 0;
  if (is_known && value_of(text, "oom_kill") > 0) usage.breaches |= GS_BREACH_MEMORY;
  if (!is_known || usage.breaches != 0) cgroup->is_spoiled = true;
  is_known = read_known(cgroups, cgroup, GS_FILE_PIDS_EVENTS, text, sizeof text) > 0;
  if (is_known && value_of(text, "max") > 0) usage.breaches |= GS_BREACH_PROCESSES;
  if (!is_known || usage.breaches != 0) cgroup->is_spoiled = true;
  usage.peak_memory = number_in(cgroups, cgroup, GS_FILE_MEMORY_PEAK);
  usage.cpu_us = cpu_used(cgroups, cgroup);
  if (usage.cpu_us >= 0) usage.cpu_us -= cgroup->cpu_before;
  return usage;
}

// Sets the highest use of memory back to what is used now.
static bool reset_peak(gs_cgroups *cgroups, const gs_cgroup *cgroup) {
  const char *word = cgroups->version == 2 ? "reset" : "0";
  return pwrite(cgroup->files[GS_FILE_MEMORY_PEAK], word, strlen(word), 0) == (ssize_t)strlen(word);
}

// The processor time that is left of this period, or owed, goes: the next run begins with a whole one.
static bool refill_quota(gs_cgroups *cgroups, const gs_cgroup *cgroup) {
  if (cgroups->cpu < 0) return true;
  char text[48];
  int length = quota_text(cgroups, cgroup->cpu, text, sizeof text);
  return pwrite(cgroup->files[GS_FILE_CPU_QUOTA], text, (size_t)length, 0) == length;
}

bool gs_cgroup_give(gs_cgroups *cgroups, gs_cgroup *cgroup) {
  if (!cgroup->is_kept || cgroup->is_spoiled || cgroups->waiting_count == GS_POOL_MAX) return false;
  cgroups->waiting[cgroups->waiting_count++] = *cgroup;
  cgroup->number = 0;
  return true;
}

static void take_first(gs_cgroups *cgroups, gs_cgroup *cgroup) {
  *cgroup = cgroups->waiting[0];
  cgroups->waiting_count -= 1;
  memmove(&cgroups->waiting[0], &cgroups->waiting[1], cgroups->waiting_count * sizeof cgroups->waiting[0]);
  if (cgroups->waiting_count < cgroups->unused) cgroups->unused = cgroups->waiting_count;
}

bool gs_cgroup_take(gs_cgroups *cgroups, gs_cgroup *cgroup) {
  // The kernel frees some of what a run had only a while after its end, so each waits until others have served.
  if (cgroups->waiting_count <= cgroups->kept_most / RESTING_SHARE) return false;
  take_first(cgroups, cgroup);
  return true;
}

bool gs_cgroup_renew(gs_cgroups *cgroups, gs_cgroup *cgroup) {
  // The kernel says that memory ran out before it kills for it, so what it had to say of the last run, it has said.
  uint64_t told;
  if (cgroup->oom >= 0 && (read(cgroup->oom, &told, sizeof told) >= 0 || errno != EAGAIN)) return false;
  // Nobody is in it, nor in a cgroup below, of which there is none; and the memory of the last run is free again.
  if (number_in(cgroups, cgroup, GS_FILE_PIDS_NOW) != 0) return false;
  int64_t left = number_in(cgroups, cgroup, GS_FILE_MEMORY_NOW);
  if (left < 0 || left > cgroups->most_left) return false;
  cgroup->cpu_before = cgroups->cpuacct >= 0 ? cpu_used(cgroups, cgroup) : 0;
  return cgroup->cpu_before >= 0 && reset_peak(cgroups, cgroup) && refill_quota(cgroups, cgroup) &&
    gs_cgroup_set_share(cgroups, cgroup, 1) == 0;
}

bool gs_cgroups_take_unused(gs_cgroups *cgroups, gs_cgroup *cgroup) {
  if (cgroups->unused == 0) return false;
  size_t unused = cgroups->unused - 1;
  take_first(cgroups, cgroup);
  cgroups->unused = unused;
  return true;
}

bool gs_cgroups_trim(gs_cgroups *cgroups) {
  cgroups->unused = cgroups->waiting_count;
  return cgroups->waiting_count > 0;
}

// Returns whether it is gone, in all hierarchies.
static bool remove_number(gs_cgroups *cgroups, uint32_t number) {
  bool is_gone = true;
  char name[32];
  make_name(name, sizeof name, number, "");
  for (size_t index = 0; index < cgroups->count; index++) {
    if (unlinkat(cgroups->hierarchies[index].parent, name, AT_REMOVEDIR) != 0 && errno != ENOENT) is_gone = false;
  }
  return is_gone;
}

void gs_cgroup_discard(gs_cgroups *cgroups, gs_cgroup *cgroup) {
  if (cgroup->is_kept) {
    cgroups->kept -= 1;
    cgroup->is_kept = false;
    for (int file = 0; file < GS_FILE_COUNT; file++) {
      if (cgroup->files[file] >= 0) close(cgroup->files[file]);
    }
  }
  gs_cgroup_close_entries(cgroup);
  if (cgroup->oom >= 0) close(cgroup->oom);
  cgroup->oom = -1;
  if (cgroup->number != 0) {
    if (cgroups->removal_count < sizeof cgroups->removals / sizeof cgroups->removals[0]) {
      cgroups->removals[cgroups->removal_count++] = cgroup->number;
    } else {
      // What stays is found and removed when the next launcher starts.
      (void)remove_number(cgroups, cgroup->number);
    }
  }
  cgroup->number = 0;
}

size_t gs_cgroups_remove_discarded(gs_cgroups *cgroups, size_t count) {
  size_t kept = 0, looked_at = 0;
  for (size_t index = 0; index < cgroups->removal_count; index++) {
    uint32_t number = cgroups->removals[index];
    if (looked_at++ >= count || !remove_number(cgroups, number)) cgroups->removals[kept++] = number;
  }
  size_t gone = cgroups->removal_count - kept;
  cgroups->removal_count = kept;
  return gone;
}
