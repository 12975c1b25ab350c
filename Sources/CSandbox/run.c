// The launcher's side of a run: from the request to the event that tells its end.
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "kernel.h"
#include "sandbox.h"

static void fail(gs_launcher *launcher, uint64_t id, uint32_t step, int error) {
  gs_exit event = {
    .type = GS_EVENT_EXIT, .ending = GS_ENDING_FAILED_TO_START, .id = id, .step = step, .error = error};
  gs_launcher_send(launcher, &event, sizeof event);
}

static gs_run *find(gs_launcher *launcher, uint64_t id) {
  for (uint32_t slot = 0; slot < launcher->high; slot++) {
    gs_run *run = &launcher->runs[slot];
    if (run->pid != 0 && run->id == id && !run->is_reported) return run;
  }
  return NULL;
}

// Runs of an instance that have not ended.
static uint32_t count_runs(const gs_launcher *launcher, uint64_t serial) {
  uint32_t count = 0;
  for (uint32_t slot = 0; slot < launcher->high; slot++) {
    const gs_run *run = &launcher->runs[slot];
    if (run->pid != 0 && run->serial == serial && !run->is_reported) count += 1;
  }
  return count;
}

// Shares an instance's weight among its runs, so that a hundred of one get no more of a busy processor than one of
// another. Shares are powers of two and change with a doubling, or when there is a quarter of what they were for: a run
// that comes or goes costs its siblings nothing most of the time.
static int balance(gs_launcher *launcher, uint64_t serial) {
  uint32_t count = count_runs(launcher, serial), share = 1;
  while (share < count) share *= 2;
  int result = 0;
  for (uint32_t slot = 0; slot < launcher->high; slot++) {
    gs_run *run = &launcher->runs[slot];
    if (run->pid == 0 || run->serial != serial || run->is_reported) continue;
    if (run->cgroup.share >= share && run->cgroup.share <= share * 2) continue;
    int failure = gs_cgroup_set_share(&launcher->cgroups, &run->cgroup, share);
    if (failure != 0) result = failure;
  }
  return result;
}

static int read_spec(int descriptor, char *buffer, size_t length) {
  size_t done = 0;
  while (done < length) {
    ssize_t count = pread(descriptor, buffer + done, length - done, (off_t)done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return -errno;
    if (count == 0) return -EINVAL;
    done += (size_t)count;
  }
  return 0;
}

// A folder, or a handle without access to a file, would be a way out of the sandbox.
static bool are_streams(const int *descriptors, size_t count) {
  for (size_t index = 0; index < count; index++) {
    struct stat state;
    int flags = fcntl(descriptors[index], F_GETFL);
    if (flags < 0 || (flags & O_PATH) != 0 || fstat(descriptors[index], &state) != 0) return false;
    if (S_ISDIR(state.st_mode) || S_ISBLK(state.st_mode)) return false;
  }
  return true;
}

uint32_t gs_run_count_setups(const gs_launcher *launcher, uint64_t serial) {
  uint32_t count = 0;
  for (uint32_t slot = 0; slot < launcher->high; slot++) {
    const gs_run *run = &launcher->runs[slot];
    const gs_report *told = &launcher->reports[slot];
    // A spare is nobody's yet.
    bool is_one = run->id != 0 && run->serial == serial && !run->is_killed;
    if (is_one && !told->is_set_up && told->step == GS_STEP_NONE) count += 1;
  }
  return count;
}

// One that expects this uid, or else any.
static gs_run *find_spare(gs_launcher *launcher, uint32_t network, uid_t id) {
  gs_run *found = NULL;
  for (uint32_t slot = 0; slot < launcher->high; slot++) {
    gs_run *run = &launcher->runs[slot];
    if (run->pid == 0 || run->id != 0 || run->warm != 0 || run->network != network || run->is_killed) continue;
    if (run->expected_id == id) return run;
    found = run;
  }
  return found;
}

// What becomes of the network namespace of an init that has been reaped, and with it everybody who was in there. It is
// used again if it is as new: its run never made a socket, which its init would have been told. Whatever else there may
// be, the kernel lets only the owner of the namespace change, which no run is. Any doubt ends it.
static void end_network(gs_launcher *launcher, gs_run *run, bool ended_well) {
  if (ended_well) gs_spare_receive_network(run);
  gs_spare_close_orders(run);
  if (run->network_namespace < 0) return;
  const gs_report *told = &launcher->reports[run - launcher->runs];
  if (ended_well && told->is_watched && !told->has_sockets) {
    gs_networks_give(&launcher->networks, run->network_namespace);
  } else {
    close(run->network_namespace);
  }
  run->network_namespace = -1;
}

static void complete_plan(const gs_launcher *launcher, gs_brief *brief) {
  gs_plan *plan = &brief->plan;
  const gs_spec *head = brief->spec.head;
  plan->spec = &brief->spec;
  plan->spec_length = head->length;
  plan->id = gs_run_id(launcher, head->serial);
  snprintf(
    plan->tmp_options, sizeof plan->tmp_options, "size=%lld,nr_inodes=%lld,mode=0700,uid=%u,gid=%u",
    (long long)head->disk, (long long)head->files + 2, plan->id, plan->id);  // and its root, and .shm
}

// Gives the order: the run's descriptors, and the mounts of what it sees of its own.
static int send_order(gs_run *run, const int *descriptors, size_t count, const gs_contents *contents) {
  gs_plan *plan = &run->brief->plan;
  plan->run_descriptor_count = count;
  plan->contents = *contents;
  int passed[GS_RUN_DESCRIPTORS + GS_CONTENTS_MAX];
  size_t passed_count = 0;
  while (passed_count < count) {
    passed[passed_count] = descriptors[passed_count];
    passed_count += 1;
  }
  for (size_t index = 0; index < contents->count; index++) passed[passed_count++] = contents->mounts[index].tree;
  return gs_send(run->orders, "", 1, passed, passed_count);
}

// What of a specification must be known before it is known which init it goes to.
static int read_beginning(
  const gs_launcher *launcher, uint32_t length, const int *descriptors, size_t count, gs_spec *beginning) {
  if (count < GS_FD_COUNT_MIN || !are_streams(descriptors, count)) return -EINVAL;
  if (length < sizeof(gs_spec) || length > GS_SPEC_LENGTH_MAX) return -EINVAL;
  int result = read_spec(descriptors[GS_FD_SPEC], (char *)beginning, sizeof *beginning);
  if (result != 0) return result;
  uint32_t network = beginning->network;
  if (beginning->serial < 1 || beginning->serial > GS_SERIAL_MAX) return -ERANGE;
  if (network != GS_NETWORK_NONE && network != GS_NETWORK_HOST) return -EINVAL;
  if (network == GS_NETWORK_HOST && !launcher->options.allow_host_network) return -EPERM;
  return 0;
}

// The cgroup's part of an order. Returns 0 or -errno.
static int limit_run(gs_launcher *launcher, gs_run *run, const gs_spec *head) {
  int result = gs_cgroup_set_limits(
    &launcher->cgroups, &run->cgroup, head->memory, head->processes, head->cpu_thousandths);
  if (result != 0) return result;
  run->serial = head->serial;
  result = balance(launcher, run->serial);
  if (result != 0) run->serial = 0;
  return result;
}

// Gives a run to an init that waits. Returns whether that is the end of it, well or not: of one that was begun ahead of
// need and is gone, or too large for this run, it is not, and the run needs another.
static bool give(
  gs_launcher *launcher, gs_run *run, uint64_t id, uint32_t length, const int *descriptors, size_t count) {
  gs_brief *brief = run->brief;
  int result = read_spec(descriptors[GS_FD_SPEC], brief->buffer, length);
  if (result == 0) result = gs_spec_parse(brief->buffer, length, &brief->spec);
  if (result == 0 && brief->spec.head->network != run->network) result = -EINVAL;
  // The spare is as good for the next one.
  if (result != 0) return fail(launcher, id, GS_STEP_REQUEST, -result), true;
  const gs_spec *head = brief->spec.head;
  result = limit_run(launcher, run, head);
  if (result != 0 && run->warm != 0) return false;
  if (result != 0) return fail(launcher, id, GS_STEP_CGROUP, -result), true;
  if (run->network == GS_NETWORK_HOST) gs_template_refresh_resolver();
  complete_plan(launcher, brief);
  gs_contents contents;
  result = gs_contents_open(&contents, head);
  if (result != 0) {
    run->serial = 0;
    return fail(launcher, id, contents.step, -result), true;
  }
  uint64_t serial = run->serial;
  result = send_order(run, descriptors + 1, count - 1, &contents);
  gs_contents_close(&contents);
  bool is_gone = result == -EPIPE || result == -ECONNRESET;
  if (result != 0 && run->warm != 0) {
    run->serial = 0;
    return false;
  }
  // Where nobody is at the other end, the init has ended; why, is told when it is reaped.
  if (result != 0 && !is_gone) {
    run->serial = 0;
    return fail(launcher, id, GS_STEP_DESCRIPTORS, -result), true;
  }
  gs_spare_end(launcher, run);
  gs_spare_receive_network(run);
  if (run->network != GS_NETWORK_NONE || run->network_namespace >= 0) gs_spare_close_orders(run);
  run->id = id;
  launcher->likely_id = gs_run_id(launcher, serial);
  if (run->warm == 0) launcher->spares_fail = false;
  launcher->starts += 1;
  return true;
}

// The init of a run that is executed: one that expects it, or any, or a new one.
static gs_run *find_or_make(
  gs_launcher *launcher, const gs_spec *beginning, uint32_t *step, int *error) {
  bool is_small = count_runs(launcher, beginning->serial) < GS_SPARES_FOR_FEWER_THAN;
  uid_t expected_id = gs_run_id(launcher, beginning->serial);
  gs_run *run = is_small ? find_spare(launcher, beginning->network, expected_id) : NULL;
  if (run != NULL) return run;
  return gs_spare_make(
    launcher, &(gs_wish){.start = GS_START_EXEC, .network = beginning->network, .expected_id = expected_id}, step,
    error);
}

// Keeps the descriptors of a run, which are the caller's no more.
static void keep(gs_launcher *launcher, gs_run *run, const gs_start *request, int *descriptors, size_t count) {
  run->request = *request;
  run->kept_count = count;
  for (size_t index = 0; index < count; index++) {
    run->kept[index] = descriptors[index];
    descriptors[index] = -1;
  }
  launcher->unsettled += 1;
}

static void let_go(gs_launcher *launcher, gs_run *run) {
  if (run->kept_count == 0) return;
  for (size_t index = 0; index < run->kept_count; index++) close(run->kept[index]);
  run->kept_count = 0;
  launcher->unsettled -= 1;
}

void gs_run_settle(gs_launcher *launcher) {
  for (uint32_t slot = 0; launcher->unsettled > 0 && slot < launcher->high; slot++) {
    if (launcher->reports[slot].is_set_up) let_go(launcher, &launcher->runs[slot]);
  }
}

static void start(gs_launcher *launcher, const gs_start *request, int *descriptors, size_t count, bool may_be_warm) {
  uint64_t id = request->id;
  uint32_t length = request->spec_length;
  gs_spec beginning;
  int error = -read_beginning(launcher, length, descriptors, count, &beginning);
  if (error != 0) return fail(launcher, id, GS_STEP_REQUEST, error);
  uint32_t runtime = may_be_warm ? gs_warm_runtime_named(launcher, beginning.runtime) : 0;
  gs_run *run;
  while (runtime != 0 && (run = gs_warm_take(launcher, beginning.serial, runtime, beginning.network)) != NULL) {
    if (give(launcher, run, id, length, descriptors, count)) {
      if (run->id == id) keep(launcher, run, request, descriptors, count);
      return;
    }
    gs_spare_kill(run);
  }
  if (runtime != 0) gs_warm_miss(launcher, beginning.serial, runtime, beginning.network);
  uint32_t step;
  run = find_or_make(launcher, &beginning, &step, &error);
  if (run == NULL) return fail(launcher, id, step, error);
  (void)give(launcher, run, id, length, descriptors, count);
}

bool gs_run_trim_pools(gs_launcher *launcher) {
  gs_cgroup unused;
  while (gs_cgroups_take_unused(&launcher->cgroups, &unused)) gs_cgroup_end(launcher, &unused);
  bool has_cgroups = gs_cgroups_trim(&launcher->cgroups);
  return gs_networks_trim(&launcher->networks) || has_cgroups;
}

bool gs_run_refill(gs_launcher *launcher) {
  if (launcher->spares >= GS_SPARES_MAX || launcher->spares_fail) return false;
  uint32_t step;
  int error;
  // Why it fails is told to a run that needs one.
  // The first instance is the likeliest, until one has shown itself.
  if (launcher->likely_id == 0) launcher->likely_id = gs_run_id(launcher, 1);
  gs_wish wish = {.start = GS_START_EXEC, .network = GS_NETWORK_NONE, .expected_id = launcher->likely_id};
  launcher->spares_fail = gs_spare_make(launcher, &wish, &step, &error) == NULL;
  return true;
}

void gs_run_start(gs_launcher *launcher, const gs_start *request, int *descriptors, size_t count) {
  if (request->id == 0 || find(launcher, request->id) != NULL) {
    gs_refused refused = {
      .type = GS_EVENT_REFUSED, .error = request->id == 0 ? EINVAL : EEXIST, .id = request->id};
    gs_launcher_send(launcher, &refused, sizeof refused);
  } else {
    start(launcher, request, descriptors, count, true);
  }
  for (size_t index = 0; index < count; index++) {
    if (descriptors[index] >= 0) close(descriptors[index]);
  }
}

// Begins a run anew whose program never came to the hook's code, though it was given an init. Once: it is executed.
static bool begin_anew(gs_launcher *launcher, gs_run *run) {
  bool is_set_up = launcher->reports[run - launcher->runs].is_set_up;
  bool is_to_be = run->kept_count > 0 && !is_set_up && !run->is_killed && !run->is_out_of_memory;
  if (!is_to_be) {
    let_go(launcher, run);
    return false;
  }
  run->is_reported = true;
  size_t count = run->kept_count;
  run->kept_count = 0;
  launcher->unsettled -= 1;
  start(launcher, &run->request, run->kept, count, false);
  for (size_t index = 0; index < count; index++) close(run->kept[index]);
  return true;
}

void gs_run_signal(gs_launcher *launcher, const gs_signal *request) {
  gs_run *run = request->id != 0 ? find(launcher, request->id) : NULL;
  if (request->signal != SIGTERM && request->signal != SIGKILL) {
    gs_refused refused = {.type = GS_EVENT_REFUSED, .error = EINVAL, .id = request->id};
    return gs_launcher_send(launcher, &refused, sizeof refused);
  }
  if (run == NULL) return;
  if (request->signal == SIGKILL) return gs_spare_kill(run);
  kill(run->pid, SIGTERM);
}

void gs_run_kill_all(gs_launcher *launcher) {
  for (uint32_t slot = 0; slot < launcher->high; slot++) {
    if (launcher->runs[slot].pid != 0) gs_spare_kill(&launcher->runs[slot]);
  }
}

void gs_run_out_of_memory(gs_launcher *launcher, uint32_t number) {
  gs_run *run = NULL;
  for (uint32_t slot = 0; slot < launcher->high && run == NULL; slot++) {
    gs_run *each = &launcher->runs[slot];
    if (each->pid != 0 && each->cgroup.number == number) run = each;
  }
  if (run == NULL) return gs_warm_out_of_memory(launcher, number);
  uint64_t count;
  if (run->cgroup.oom < 0 || read(run->cgroup.oom, &count, sizeof count) < 0) return;
  // The eventfd also speaks when the cgroup is removed: then the run is over. It speaks before the kernel has chosen and
  // counted a victim, so the counter would not tell yet.
  if (run->is_killed) return;
  run->is_out_of_memory = true;
  gs_spare_kill(run);
}

// Tells the end of a run, once.
static void report(gs_launcher *launcher, gs_run *run, int init_status, const struct rusage *rusage) {
  if (begin_anew(launcher, run)) return (void)balance(launcher, run->serial);
  const gs_report *told = &launcher->reports[run - launcher->runs];
  gs_cgroup_usage usage = gs_cgroup_read_usage(&launcher->cgroups, &run->cgroup);
  gs_exit event = {.type = GS_EVENT_EXIT, .id = run->id, .breaches = usage.breaches, .start = run->start};
  int status = told->is_done ? told->status : init_status;
  event.cpu_us = told->cpu_us;
  event.peak_memory = told->peak_memory;
  if (!told->is_done && rusage != NULL) {
    event.cpu_us = (rusage->ru_utime.tv_sec + rusage->ru_stime.tv_sec) * 1000000ll + rusage->ru_utime.tv_usec +
      rusage->ru_stime.tv_usec;
    event.peak_memory = rusage->ru_maxrss * 1024ll;
  }
  if (usage.cpu_us > event.cpu_us) event.cpu_us = usage.cpu_us;
  if (usage.peak_memory >= 0) event.peak_memory = usage.peak_memory;
  if (told->is_done) event.breaches |= told->breaches;

  // Out of memory ends the whole run. v2 does that itself; under v1 its first process may have ended just before our
  // kill.
  if (run->is_out_of_memory) event.breaches |= GS_BREACH_MEMORY;
  bool is_out_of_memory = (event.breaches & GS_BREACH_MEMORY) != 0;
  bool was_killed = run->is_killed || is_out_of_memory;
  if (told->step != GS_STEP_NONE) {
    event.ending = GS_ENDING_FAILED_TO_START;
    event.step = told->step;
    event.error = told->error;
  } else if (!told->is_done && !was_killed) {
    event.ending = GS_ENDING_FAILED_TO_START;
    event.step = GS_STEP_INIT;
    event.error = WIFSIGNALED(init_status) ? EINTR : ECHILD;
  } else if (WIFEXITED(status) && told->is_done && !is_out_of_memory) {
    event.ending = GS_ENDING_EXITED;
    event.code = WEXITSTATUS(status);
  } else {
    event.ending = GS_ENDING_SIGNALLED;
    event.code = WIFSIGNALED(status) && !is_out_of_memory ? WTERMSIG(status) : SIGKILL;
  }
  run->is_reported = true;
  gs_launcher_send(launcher, &event, sizeof event);
  // What is left of the instance gets more; nothing depends on it.
  (void)balance(launcher, run->serial);
}

void gs_run_done(gs_launcher *launcher, uint32_t slot) {
  gs_run *run = slot < GS_RUNS_MAX ? &launcher->runs[slot] : NULL;
  if (run == NULL || run->pid == 0 || run->is_reported || !launcher->reports[slot].is_done) return;
  report(launcher, run, 0, NULL);
}

// An init has ended. The usage is not known of one that ended before it was known itself.
static void reap(gs_launcher *launcher, gs_run *run, int status, const struct rusage *usage) {
  const gs_report *told = &launcher->reports[run - launcher->runs];
  bool ended_well = run->id != 0 && !run->is_killed && WIFEXITED(status) && WEXITSTATUS(status) == 0 && told->is_done &&
    told->is_set_up && told->step == GS_STEP_NONE;
  end_network(launcher, run, ended_well);
  if (run->id == 0) {
    gs_spare_end(launcher, run);
    if (run->warm == 0) launcher->spares_fail = true;
    if (run->warm != 0 && !run->is_killed) gs_warm_lose(launcher, run->warm);
  } else if (!run->is_reported) {
    report(launcher, run, status, usage);
  }
  if (!ended_well || !gs_cgroup_give(&launcher->cgroups, &run->cgroup)) gs_cgroup_end(launcher, &run->cgroup);
  run->pid = 0;
  run->id = 0;
  run->warm = 0;
  launcher->running -= 1;
  while (launcher->high > 0) {
    const gs_run *last = &launcher->runs[launcher->high - 1];
    if (last->pid != 0 || last->is_asked) break;
    launcher->high -= 1;
  }
}

static gs_run *run_with(gs_launcher *launcher, pid_t pid) {
  for (uint32_t slot = 0; slot < launcher->high; slot++) {
    if (launcher->runs[slot].pid == pid) return &launcher->runs[slot];
  }
  return NULL;
}

void gs_run_reap(gs_launcher *launcher) {
  int status;
  struct rusage usage;
  pid_t ended;
  while ((ended = wait4(-1, &status, WNOHANG | __WALL, &usage)) > 0) {
    gs_run *run = run_with(launcher, ended);
    if (run != NULL) {
      reap(launcher, run, status, &usage);
    } else if (!gs_warm_reap(launcher, ended, status) && launcher->unknown_count < GS_UNKNOWN_MAX) {
      // Perhaps an init that a fork server has made and not told of yet.
      launcher->unknown[launcher->unknown_count++] = (gs_unknown){.pid = ended, .status = status};
    }
  }
}

void gs_run_arrive(gs_launcher *launcher, uint32_t slot, pid_t pid) {
  gs_spare_arrive(launcher, slot, pid);
  for (size_t index = 0; index < launcher->unknown_count; index++) {
    if (launcher->unknown[index].pid != pid) continue;
    int status = launcher->unknown[index].status;
    launcher->unknown[index] = launcher->unknown[--launcher->unknown_count];
    gs_run *run = run_with(launcher, pid);
    if (run != NULL) reap(launcher, run, status, NULL);
    return;
  }
}
