// What is kept ready for instances that run again and again: fork servers, and inits that wait with their interpreter
// begun.
//
// One pool serves one instance, runtime and kind of network, so that nothing of one instance's interpreter is ever in
// another's run. A run that finds nothing ready is executed as if there were no pools: whatever happens here costs a run
// time, and never its life.
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "kernel.h"
#include "sandbox.h"

// How long a run waits for an init that is being made, before it goes without.
#define HOLD_MS 250
// An instance whose runs come so far apart gets nothing ready before the second one.
#define RUNS_BEFORE 2u
#define FEWEST_SPARES 2u
#define FAILURE_PAUSE_MS 500
#define FAILURES_COUNTED 7u
#define SIZES_LOOKED_AT_MS 2000

int64_t gs_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000ll + now.tv_nsec / 1000000;
}

uint32_t gs_warm_runtime_named(const gs_launcher *launcher, const char *name) {
  char text[GS_RUNTIME_NAME_MAX];
  memcpy(text, name, sizeof text);
  text[sizeof text - 1] = 0;
  if (text[0] == 0 || !launcher->has_library) return 0;
  for (uint32_t index = 0; index < launcher->options.warm_count; index++) {
    if (strcmp(launcher->options.warm[index].name, text) == 0) return index + 1;
  }
  return 0;
}

static const gs_warm_runtime *runtime_of(const gs_launcher *launcher, const gs_warm *warm) {
  return &launcher->options.warm[warm->runtime - 1];
}

static uint32_t number_of(const gs_launcher *launcher, const gs_warm *warm) {
  return (uint32_t)(warm - launcher->warm) + 1;
}

static gs_forker *current(gs_warm *warm) { return &warm->forkers[warm->current]; }
static gs_forker *other(gs_warm *warm) { return &warm->forkers[1 - warm->current]; }

static gs_warm *find(gs_launcher *launcher, uint64_t serial, uint32_t runtime, uint32_t network) {
  for (size_t index = 0; index < GS_WARM_MAX; index++) {
    gs_warm *warm = &launcher->warm[index];
    if (warm->serial == serial && warm->runtime == runtime && warm->network == network) return warm;
  }
  return NULL;
}

static void stop_forker(gs_launcher *launcher, gs_warm *warm, gs_forker *forker) {
  uint32_t number = number_of(launcher, warm);
  bool is_old = forker != current(warm);
  gs_forker_stop(launcher, forker);
  if (is_old || forker->asked == 0) return;
  forker->asked = 0;
  for (uint32_t slot = 0; slot < launcher->high; slot++) {
    gs_run *run = &launcher->runs[slot];
    if (run->is_asked && run->free_at == 0 && run->warm == number) gs_spare_abandon(launcher, run);
  }
}

static bool is_empty(const gs_warm *warm) {
  return warm->forkers[0].pid == 0 && warm->forkers[1].pid == 0;
}

// Lets go of a pool. Its place is free when its fork servers have ended.
static void drop(gs_launcher *launcher, gs_warm *warm) {
  uint32_t number = number_of(launcher, warm);
  stop_forker(launcher, warm, other(warm));
  stop_forker(launcher, warm, current(warm));
  for (uint32_t slot = 0; slot < launcher->high; slot++) {
    gs_run *run = &launcher->runs[slot];
    if (run->warm == number && run->pid != 0 && run->id == 0) gs_spare_kill(run);
  }
  if (is_empty(warm)) {
    warm->serial = 0;
  } else {
    warm->is_leaving = true;
  }
}

// A place for a new pool: a free one, or else that of the one that was needed longest ago.
static gs_warm *make_room(gs_launcher *launcher) {
  gs_warm *oldest = NULL;
  for (size_t index = 0; index < GS_WARM_MAX; index++) {
    gs_warm *warm = &launcher->warm[index];
    if (warm->serial == 0) return warm;
    if (!warm->is_leaving && (oldest == NULL || warm->needed_at < oldest->needed_at)) oldest = warm;
  }
  // Where all are busy, the next ones go without; what changed places all the time would help nobody.
  if (oldest == NULL || gs_now() - oldest->needed_at < SIZES_LOOKED_AT_MS) return NULL;
  drop(launcher, oldest);
  return oldest->serial == 0 ? oldest : NULL;
}

static gs_warm *find_or_make(gs_launcher *launcher, uint64_t serial, uint32_t runtime, uint32_t network) {
  gs_warm *warm = find(launcher, serial, runtime, network);
  if (warm != NULL || serial == 0) return warm;
  warm = make_room(launcher);
  if (warm == NULL) return NULL;
  *warm = (gs_warm){.serial = serial, .runtime = runtime, .network = network, .wanted = FEWEST_SPARES};
  for (int index = 0; index < 2; index++) {
    warm->forkers[index] = (gs_forker){.socket = -1, .words = -1, .cgroup = {.oom = -1}};
  }
  return warm;
}

// Something that was begun has failed: the next is not tried at once, and later each time.
static void note_failure(gs_warm *warm) {
  warm->losses += 1;
  // What fails together is one failure.
  if (gs_now() < warm->retry_at) return;
  if (warm->failures < FAILURES_COUNTED) warm->failures += 1;
  warm->retry_at = gs_now() + ((int64_t)FAILURE_PAUSE_MS << (warm->failures - 1));
}

static void begin_forker(gs_launcher *launcher, gs_warm *warm, int which) {
  uint64_t token = GS_TOKEN_FORKER + 2 * (number_of(launcher, warm) - 1) + (uint64_t)which;
  int result = gs_forker_begin(
    launcher, &warm->forkers[which], runtime_of(launcher, warm), warm->network, token);
  if (result != 0) note_failure(warm);
}

static bool ask(gs_launcher *launcher, gs_warm *warm) {
  gs_forker *forker = current(warm);
  if (forker->state != GS_FORKER_READY || forker->asked >= GS_WARM_ASKED_MAX || gs_now() < warm->retry_at) return false;
  gs_wish wish = {
    .start = GS_START_FORK, .network = warm->network, .expected_id = gs_run_id(launcher, warm->serial),
    .warm = number_of(launcher, warm)};
  if (gs_spare_ask(launcher, &wish, forker) != 0) return false;
  if (forker->asked++ == 0) forker->answer_due = gs_now() + launcher->options.warm_patience_ms;
  forker->made += 1;
  return true;
}

static bool make_parked(gs_launcher *launcher, gs_warm *warm) {
  gs_wish wish = {
    .start = GS_START_SPARE, .network = warm->network, .expected_id = gs_run_id(launcher, warm->serial),
    .warm = number_of(launcher, warm), .runtime = runtime_of(launcher, warm)};
  uint32_t step;
  int error;
  if (gs_spare_make(launcher, &wish, &step, &error) != NULL) return true;
  note_failure(warm);
  return false;
}

// Begins the fork server, or the one that follows it.
static bool see_to_forker(gs_launcher *launcher, gs_warm *warm) {
  if (runtime_of(launcher, warm)->start != GS_START_FORK || gs_now() < warm->retry_at) return false;
  gs_forker *forker = current(warm);
  if (forker->pid == 0) return begin_forker(launcher, warm, (int)warm->current), true;
  bool is_done = forker->made >= (uint32_t)launcher->options.warm_runs;
  if (forker->state != GS_FORKER_READY || !is_done || other(warm)->pid != 0) return false;
  return begin_forker(launcher, warm, 1 - (int)warm->current), true;
}

static bool is_wanted(const gs_warm *warm) {
  return warm->serial != 0 && !warm->is_leaving && warm->needed >= RUNS_BEFORE;
}

bool gs_warm_refill(gs_launcher *launcher) {
  for (size_t index = 0; index < GS_WARM_MAX; index++) {
    gs_warm *warm = &launcher->warm[index];
    if (!is_wanted(warm)) continue;
    if (see_to_forker(launcher, warm)) return true;
    if (gs_spare_count_warm(launcher, number_of(launcher, warm), false) >= warm->wanted) continue;
    if (runtime_of(launcher, warm)->start == GS_START_FORK) {
      if (ask(launcher, warm)) return true;
    } else if (gs_now() >= warm->retry_at && make_parked(launcher, warm)) {
      return true;
    }
  }
  return false;
}

int gs_warm_look(gs_launcher *launcher, const gs_waiting *waiting) {
  gs_warm *warm =
    waiting->runtime != 0 ? find(launcher, waiting->serial, waiting->runtime, waiting->network) : NULL;
  if (warm == NULL || warm->is_leaving) return GS_WARM_EXEC;
  uint32_t usable = gs_spare_count_warm(launcher, number_of(launcher, warm), true);
  if (usable < warm->fewest) warm->fewest = usable;
  if (usable > 0) return GS_WARM_USE;
  if (warm->wanted < GS_WARM_SPARES_MAX && !waiting->is_held) warm->wanted *= 2;
  if (runtime_of(launcher, warm)->start != GS_START_FORK || current(warm)->state != GS_FORKER_READY) return GS_WARM_EXEC;
  (void)ask(launcher, warm);
  return current(warm)->asked > 0 && gs_now() - waiting->came_at < HOLD_MS ? GS_WARM_HOLD : GS_WARM_EXEC;
}

gs_run *gs_warm_take(gs_launcher *launcher, uint64_t serial, uint32_t runtime, uint32_t network) {
  gs_warm *warm = find_or_make(launcher, serial, runtime, network);
  if (warm == NULL || warm->is_leaving) return NULL;
  warm->needed_at = gs_now();
  gs_run *run = gs_spare_find_warm(launcher, number_of(launcher, warm));
  if (run == NULL) return NULL;
  warm->needed += 1;
  warm->served += 1;
  warm->failures = 0;
  return run;
}

void gs_warm_miss(gs_launcher *launcher, uint64_t serial, uint32_t runtime, uint32_t network) {
  gs_warm *warm = find(launcher, serial, runtime, network);
  if (warm == NULL) return;
  warm->needed += 1;
  warm->missed += 1;
}

// The one that has had its runs goes, once nothing that it was asked for is missing.
static void change_over(gs_launcher *launcher, gs_warm *warm) {
  if (other(warm)->state != GS_FORKER_READY || current(warm)->asked > 0) return;
  gs_forker_stop(launcher, current(warm));
  warm->current = 1 - warm->current;
  warm->recycled += 1;
}

static void understand(gs_launcher *launcher, gs_warm *warm, gs_forker *forker, const gs_fork_answer *answer) {
  if (answer->slot == GS_FORK_READY) {
    forker->state = GS_FORKER_READY;
  } else if (forker->asked > 0) {
    forker->asked -= 1;
    forker->answer_due = gs_now() + launcher->options.warm_patience_ms;
    gs_run_arrive(launcher, answer->slot, answer->pid);
    if (answer->pid <= 0) note_failure(warm);
  }
}

void gs_warm_hear(gs_launcher *launcher, uint32_t place) {
  if (place >= 2 * GS_WARM_MAX) return;
  gs_warm *warm = &launcher->warm[place / 2];
  gs_forker *forker = &warm->forkers[place % 2];
  while (forker->pid > 0 && forker->socket >= 0) {
    gs_fork_answer answer;
    long length = gs_receive(forker->socket, &answer, sizeof answer, NULL, NULL);
    if (length == -EAGAIN) break;
    if (length != sizeof answer) {
      // Why, it has said on its standard error, if at all.
      note_failure(warm);
      stop_forker(launcher, warm, forker);
      return;
    }
    understand(launcher, warm, forker, &answer);
  }
  change_over(launcher, warm);
}

bool gs_warm_reap(gs_launcher *launcher, pid_t pid, int status) {
  for (uint32_t place = 0; place < 2 * GS_WARM_MAX; place++) {
    gs_warm *warm = &launcher->warm[place / 2];
    gs_forker *forker = &warm->forkers[place % 2];
    if (forker->pid != pid) continue;
    // What it has said before.
    gs_warm_hear(launcher, place);
    bool is_loss = !forker->is_stopped;
    stop_forker(launcher, warm, forker);
    gs_forker_end(launcher, forker, runtime_of(launcher, warm)->name, status);
    if (is_loss) note_failure(warm);
    if (warm->is_leaving && is_empty(warm)) *warm = (gs_warm){.serial = 0};
    return true;
  }
  return false;
}

void gs_warm_lose(gs_launcher *launcher, uint32_t number) {
  note_failure(&launcher->warm[number - 1]);
}

void gs_warm_out_of_memory(gs_launcher *launcher, uint32_t number) {
  for (uint32_t place = 0; place < 2 * GS_WARM_MAX; place++) {
    gs_warm *warm = &launcher->warm[place / 2];
    gs_forker *forker = &warm->forkers[place % 2];
    if (forker->pid == 0 || forker->cgroup.number != number) continue;
    note_failure(warm);
    stop_forker(launcher, warm, forker);
  }
}

// Of a process, in bytes, or -1.
static int64_t memory_of(pid_t pid) {
  char path[64], text[128];
  snprintf(path, sizeof path, GS_HIDDEN "/proc/%d/statm", pid);
  if (gs_read_small(AT_FDCWD, path, text, sizeof text) <= 0) return -1;
  char *resident = strchr(text, ' ');
  return resident != NULL ? strtoll(resident, NULL, 10) * sysconf(_SC_PAGESIZE) : -1;
}

static void look_at(gs_launcher *launcher, gs_warm *warm, int64_t now) {
  for (int index = 0; index < 2; index++) {
    gs_forker *forker = &warm->forkers[index];
    if (forker->pid == 0 || forker->state == GS_FORKER_NONE) continue;
    bool is_waited_for = forker->state == GS_FORKER_BEGINS || forker->asked > 0;
    bool hangs = is_waited_for && now >= forker->answer_due;
    bool is_large = launcher->options.warm_memory < memory_of(forker->pid);
    if (!hangs && !is_large) continue;
    note_failure(warm);
    stop_forker(launcher, warm, forker);
  }
  uint32_t number = number_of(launcher, warm);
  for (uint32_t slot = 0; slot < launcher->high; slot++) {
    gs_run *run = &launcher->runs[slot];
    if (run->warm != number || run->start != GS_START_SPARE || run->id != 0 || run->pid == 0 || run->is_killed) continue;
    if (launcher->reports[slot].is_parked || now - run->made_at < launcher->options.warm_patience_ms) continue;
    gs_spare_kill(run);
    note_failure(warm);
  }
  if (now - warm->needed_at >= launcher->options.warm_idle_ms) drop(launcher, warm);
}

void gs_warm_tick(gs_launcher *launcher) {
  int64_t now = gs_now();
  launcher->warm_timer_at = 0;
  bool is_asked = false;
  for (size_t index = 0; index < GS_WARM_MAX; index++) {
    gs_warm *warm = &launcher->warm[index];
    if (warm->serial == 0) continue;
    if (!warm->is_leaving) look_at(launcher, warm, now);
    is_asked = is_asked || warm->forkers[0].asked > 0 || warm->forkers[1].asked > 0;
  }
  // Nobody will ask for them any more.
  if (!is_asked) launcher->unknown_count = 0;
  for (uint32_t slot = 0; slot < launcher->high; slot++) {
    gs_run *run = &launcher->runs[slot];
    if (run->free_at != 0 && now >= run->free_at) *run = (gs_run){.orders = -1, .network_namespace = -1};
  }
}

void gs_warm_set_timer(gs_launcher *launcher) {
  if (launcher->warm_timer_at != 0) return;
  bool is_needed = false;
  for (size_t index = 0; index < GS_WARM_MAX; index++) is_needed = is_needed || launcher->warm[index].serial != 0;
  for (uint32_t slot = 0; slot < launcher->high; slot++) is_needed = is_needed || launcher->runs[slot].free_at != 0;
  if (!is_needed) return;
  // Often enough for the shortest of the times that are counted.
  long period = SIZES_LOOKED_AT_MS;
  if (launcher->options.warm_idle_ms / 4 < period) period = launcher->options.warm_idle_ms / 4;
  if (launcher->options.warm_patience_ms / 4 < period) period = launcher->options.warm_patience_ms / 4;
  if (period < 10) period = 10;
  struct itimerspec time = {.it_value = {.tv_sec = period / 1000, .tv_nsec = period % 1000 * 1000000}};
  if (timerfd_settime(launcher->warm_timer, 0, &time, NULL) == 0) launcher->warm_timer_at = gs_now() + period;
}

void gs_warm_trim(gs_launcher *launcher) {
  for (size_t index = 0; index < GS_WARM_MAX; index++) {
    gs_warm *warm = &launcher->warm[index];
    if (warm->serial == 0) continue;
    // That many were never needed.
    uint32_t number = number_of(launcher, warm), left = warm->fewest;
    warm->wanted = warm->wanted > left + 1 ? warm->wanted - left : 1;
    while (left-- > 0) {
      gs_run *run = gs_spare_find_warm(launcher, number);
      if (run == NULL || gs_spare_count_warm(launcher, number, true) <= warm->wanted) break;
      gs_spare_kill(run);
    }
    warm->fewest = gs_spare_count_warm(launcher, number, true);
  }
}

void gs_warm_kill_all(gs_launcher *launcher) {
  for (uint32_t place = 0; place < 2 * GS_WARM_MAX; place++) {
    gs_forker_stop(launcher, &launcher->warm[place / 2].forkers[place % 2]);
  }
}

static void tell_inits(const gs_launcher *launcher, uint32_t number, gs_warm_status *told) {
  uint32_t count = 0;
  for (uint32_t slot = 0; slot < launcher->high && count < GS_WARM_SPARES_MAX; slot++) {
    const gs_run *run = &launcher->runs[slot];
    if (run->warm == number && run->pid > 0 && run->id == 0 && !run->is_killed) told->inits[count++] = run->pid;
  }
  told->waiting = count;
}

void gs_warm_tell(gs_launcher *launcher) {
  static gs_status status;
  status = (gs_status){.type = GS_EVENT_STATUS};
  int64_t now = gs_now();
  for (size_t index = 0; index < GS_WARM_MAX; index++) {
    gs_warm *warm = &launcher->warm[index];
    if (warm->serial == 0 || warm->is_leaving) continue;
    const gs_forker *forker = current(warm);
    gs_warm_status *told = &status.pools[status.count++];
    *told = (gs_warm_status){
      .serial = warm->serial, .start = runtime_of(launcher, warm)->start, .network = warm->network, .pid = forker->pid,
      .is_ready = forker->state == GS_FORKER_READY,
      .served = warm->served, .missed = warm->missed, .losses = warm->losses, .recycled = warm->recycled,
      .idle_s = (uint32_t)((now - warm->needed_at) / 1000), .memory = forker->pid > 0 ? memory_of(forker->pid) : -1};
    tell_inits(launcher, number_of(launcher, warm), told);
    snprintf(told->runtime, sizeof told->runtime, "%s", runtime_of(launcher, warm)->name);
  }
  // It is asked for again if it is lost: what waits in the queue is worth more.
  if (launcher->queue_count == 0) (void)gs_send(launcher->options.socket, &status, sizeof status, NULL, 0);
}
