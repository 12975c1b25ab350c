// Inits that wait for their run: making them, by a clone of the launcher or by asking a fork server, and letting them go.
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "kernel.h"
#include "sandbox.h"

// What a process that waits in its program may have until its run says what it may.
#define PARKED_MEMORY (512ll * 1024 * 1024)
#define PARKED_PROCESSES 64u
#define PARKED_THOUSANDTHS 1000u

static gs_run *free_slot(gs_launcher *launcher) {
  for (uint32_t slot = 0; slot < GS_RUNS_MAX; slot++) {
    if (launcher->runs[slot].pid != 0 || launcher->runs[slot].is_asked) continue;
    if (slot >= launcher->high) launcher->high = slot + 1;
    return &launcher->runs[slot];
  }
  return NULL;
}

void gs_cgroup_end(gs_launcher *launcher, gs_cgroup *cgroup) {
  gs_launcher_unwatch(launcher, cgroup->oom);
  gs_cgroup_discard(&launcher->cgroups, cgroup);
}

int gs_cgroup_get(gs_launcher *launcher, gs_cgroup *cgroup) {
  while (gs_cgroup_take(&launcher->cgroups, cgroup)) {
    if (gs_cgroup_renew(&launcher->cgroups, cgroup)) return 0;
    gs_cgroup_end(launcher, cgroup);
  }
  return gs_cgroup_make(&launcher->cgroups, cgroup);
}

uid_t gs_run_id(const gs_launcher *launcher, uint64_t serial) {
  return launcher->options.level == GS_LEVEL_FULL ? launcher->options.uid_base + (uid_t)serial : GS_INNER_ID;
}

// The shared memory of the launcher and one init; as a file where a fork server must hand it on, else `file` is -1.
static gs_brief *map_brief(bool as_file, int *file) {
  *file = -1;
  int flags = MAP_SHARED | MAP_NORESERVE | (as_file ? 0 : MAP_ANONYMOUS);
  if (as_file) {
    *file = memfd_create("grapnel-brief", MFD_CLOEXEC);
    if (*file < 0 || ftruncate(*file, sizeof(gs_brief)) != 0) return MAP_FAILED;
  }
  return mmap(NULL, sizeof(gs_brief), PROT_READ | PROT_WRITE, flags, *file, 0);
}

static int prepare_cgroup(gs_launcher *launcher, gs_run *run, const gs_wish *wish) {
  int result = gs_cgroup_get(launcher, &run->cgroup);
  if (result != 0) return result;
  if (run->cgroup.oom >= 0 && !run->cgroup.is_watched) {
    result = gs_launcher_watch(launcher, run->cgroup.oom, GS_TOKEN_OOM + run->cgroup.number);
    run->cgroup.is_watched = result == 0;
  }
  if (result == 0 && wish->start == GS_START_SPARE) {
    gs_cgroup last = launcher->cgroups.last;
    result = gs_cgroup_set_limits(
      &launcher->cgroups, &run->cgroup, PARKED_MEMORY, PARKED_PROCESSES, PARKED_THOUSANDTHS);
    launcher->cgroups.last = last;
  }
  return result;
}

static void fill_plan(gs_launcher *launcher, const gs_run *run, const gs_wish *wish, int orders) {
  gs_plan *plan = &run->brief->plan;
  uint32_t slot = (uint32_t)(run - launcher->runs);
  *plan = (gs_plan){
    .level = launcher->options.level,
    .network = wish->network,
    .has_memory_cgroup = launcher->cgroups.version != 0,
    .has_process_cgroup = launcher->cgroups.version != 0,
    .orders = orders,
    .lifeline = launcher->lifeline[0],
    .done = launcher->done[1],
    .landlock = launcher->landlock,
    .last_capability = launcher->last_capability,
    .network_namespace = run->network_namespace,
    .filter = launcher->filter,
    .watched_filter = launcher->watched_filter,
    .slot = slot,
    .report = &launcher->reports[slot],
    .expected_id = wish->expected_id,
    .start = wish->start,
    .words = wish->runtime != NULL ? wish->runtime->words : NULL,
  };
  for (size_t index = 0; index < GS_HIERARCHIES_MAX; index++) {
    plan->cgroup_entries[index] = launcher->cgroups.version == 1 ? run->cgroup.entries[index] : -1;
  }
  memset(plan->report, 0, sizeof *plan->report);
}

// What one is made of, but for its process. Returns its end of the orders' socket, or -errno with nothing made.
static int begin(gs_launcher *launcher, const gs_wish *wish, gs_run **made, int *brief, uint32_t *step) {
  *step = GS_STEP_SLOT;
  gs_run *run = free_slot(launcher);
  if (run == NULL) return -EAGAIN;
  *run = (gs_run){
    .network = wish->network, .expected_id = wish->expected_id, .start = wish->start, .warm = wish->warm, .orders = -1,
    .network_namespace = -1, .cgroup = {.oom = -1}, .order = ++launcher->spares_made, .made_at = gs_now()};
  *step = GS_STEP_CGROUP;
  int result = prepare_cgroup(launcher, run, wish);
  int pair[2] = {-1, -1};
  *brief = -1;
  run->brief = MAP_FAILED;
  if (result == 0) {
    *step = GS_STEP_CLONE;
    if (wish->network == GS_NETWORK_NONE) run->network_namespace = gs_networks_take(&launcher->networks);
    run->brief = map_brief(wish->start == GS_START_FORK, brief);
    result = run->brief == MAP_FAILED ? -errno : gs_socket_pair(&pair[0], &pair[1]);
  }
  run->orders = pair[0];
  if (result == 0) {
    fill_plan(launcher, run, wish, pair[1]);
    *made = run;
    return pair[1];
  }
  if (run->brief != MAP_FAILED) munmap(run->brief, sizeof(gs_brief));
  if (*brief >= 0) close(*brief);
  if (run->network_namespace >= 0) gs_networks_give(&launcher->networks, run->network_namespace);
  if (run->cgroup.number != 0) gs_cgroup_end(launcher, &run->cgroup);
  return result;
}

// Gives up what begin() has made, and no process has.
static void forget(gs_launcher *launcher, gs_run *run, bool is_network_new) {
  gs_spare_close_orders(run);
  if (run->brief != NULL) munmap(run->brief, sizeof(gs_brief));
  run->brief = NULL;
  if (run->network_namespace >= 0 && is_network_new) {
    gs_networks_give(&launcher->networks, run->network_namespace);
  } else if (run->network_namespace >= 0) {
    close(run->network_namespace);
  }
  run->network_namespace = -1;
  gs_cgroup_end(launcher, &run->cgroup);
}

gs_run *gs_spare_make(gs_launcher *launcher, const gs_wish *wish, uint32_t *step, int *error) {
  gs_run *run;
  int brief;
  int orders = begin(launcher, wish, &run, &brief, step);
  if (orders < 0) {
    *error = -orders;
    return NULL;
  }
  pid_t process = gs_clone_process(CLONE_NEWPID, launcher->cgroups.version == 2 ? run->cgroup.entries[0] : -1);
  if (process == 0) gs_init_main(&run->brief->plan);
  *error = process < 0 ? errno : 0;
  gs_cgroup_close_entries(&run->cgroup);
  close(orders);
  if (process < 0) {
    forget(launcher, run, true);
    return NULL;
  }
  // No other init shall have what this one is told.
  madvise(run->brief, sizeof(gs_brief), MADV_DONTFORK);
  run->pid = process;
  launcher->running += 1;
  if (run->warm == 0) launcher->spares += 1;
  return run;
}

int gs_spare_ask(gs_launcher *launcher, const gs_wish *wish, gs_forker *forker) {
  gs_run *run;
  uint32_t step;
  int brief;
  int orders = begin(launcher, wish, &run, &brief, &step);
  if (orders < 0) return orders;
  gs_fork_request request = {
    .slot = (uint32_t)(run - launcher->runs), .has_network = run->network_namespace >= 0,
    .is_born_in_cgroup = launcher->cgroups.version == 2};
  int passed[3 + GS_HIERARCHIES_MAX] = {brief, orders};
  size_t count = 2;
  if (request.has_network != 0) passed[count++] = run->network_namespace;
  for (size_t index = 0; index < GS_HIERARCHIES_MAX; index++) {
    if (run->cgroup.entries[index] < 0) continue;
    passed[count++] = run->cgroup.entries[index];
    request.entry_count += 1;
  }
  int result = gs_send(forker->socket, &request, sizeof request, passed, count);
  gs_cgroup_close_entries(&run->cgroup);
  close(orders);
  close(brief);
  if (result != 0) {
    forget(launcher, run, true);
    return result;
  }
  madvise(run->brief, sizeof(gs_brief), MADV_DONTFORK);
  run->is_asked = true;
  return 0;
}

void gs_spare_arrive(gs_launcher *launcher, uint32_t slot, pid_t pid) {
  gs_run *run = slot < launcher->high ? &launcher->runs[slot] : NULL;
  if (run == NULL || !run->is_asked || run->free_at != 0) return;
  run->is_asked = false;
  if (pid <= 0) return forget(launcher, run, false);
  run->pid = pid;
  launcher->running += 1;
}

void gs_spare_abandon(gs_launcher *launcher, gs_run *run) {
  // Its init may be there all the same. It sees its orders end, and may still write to its report before it goes: so the
  // slot rests for a while.
  forget(launcher, run, false);
  run->free_at = gs_now() + GS_REST_MS;
}

gs_run *gs_spare_find_warm(gs_launcher *launcher, uint32_t warm) {
  gs_run *found = NULL;
  for (uint32_t slot = 0; slot < launcher->high; slot++) {
    gs_run *run = &launcher->runs[slot];
    if (run->pid == 0 || run->id != 0 || run->warm != warm || run->is_killed) continue;
    if (run->start == GS_START_SPARE && !launcher->reports[slot].is_parked) continue;
    if (found == NULL || run->order < found->order) found = run;
  }
  return found;
}

uint32_t gs_spare_count_warm(const gs_launcher *launcher, uint32_t warm, bool is_usable) {
  uint32_t count = 0;
  for (uint32_t slot = 0; slot < launcher->high; slot++) {
    const gs_run *run = &launcher->runs[slot];
    if (run->warm != warm || run->id != 0 || run->is_killed || (run->pid == 0 && !run->is_asked)) continue;
    if (run->free_at != 0) continue;
    bool is_parked = run->start != GS_START_SPARE || launcher->reports[slot].is_parked;
    if (!is_usable || (run->pid != 0 && is_parked)) count += 1;
  }
  return count;
}

void gs_spare_end(gs_launcher *launcher, gs_run *run) {
  munmap(run->brief, sizeof(gs_brief));
  run->brief = NULL;
  if (run->warm == 0) launcher->spares -= 1;
}

void gs_spare_receive_network(gs_run *run) {
  if (run->orders < 0 || run->network != GS_NETWORK_NONE || run->network_namespace >= 0) return;
  char word;
  size_t count = 1;
  int network;
  if (gs_receive(run->orders, &word, sizeof word, &network, &count) > 0 && count == 1) run->network_namespace = network;
}

void gs_spare_close_orders(gs_run *run) {
  if (run->orders >= 0) close(run->orders);
  run->orders = -1;
}

void gs_spare_kill(gs_run *run) {
  // The pid cannot have been given to another process: nobody but this launcher waits for it.
  if (run->pid > 0) kill(run->pid, SIGKILL);
  run->is_killed = true;
}
