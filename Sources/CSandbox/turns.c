// Starts that wait for the launcher, and whose turn it is: instances take turns, so that a flood of one costs another no
// more than one start's wait.
#include <errno.h>
#include <unistd.h>

#include "sandbox.h"

// What decides whose turn it is, as far as the request can be read; what is wrong with it is told when its turn has
// come.
static void read_head(const gs_launcher *launcher, gs_waiting *waiting) {
  gs_spec head;
  if (waiting->descriptor_count <= GS_FD_SPEC || waiting->request.spec_length < sizeof head) return;
  if (pread(waiting->descriptors[GS_FD_SPEC], &head, sizeof head, 0) != (ssize_t)sizeof head) return;
  waiting->serial = head.serial;
  waiting->network = head.network;
  waiting->runtime = gs_warm_runtime_named(launcher, head.runtime);
}

bool gs_turns_are_full(const gs_turns *turns) {
  return turns->count == GS_WAITING_MAX;
}

void gs_turns_add(gs_launcher *launcher, const gs_start *request, const int *descriptors, size_t count) {
  gs_waiting *place = &launcher->turns.waiting[launcher->turns.count++];
  *place = (gs_waiting){.request = *request, .descriptor_count = count, .came_at = gs_now()};
  for (size_t index = 0; index < count; index++) place->descriptors[index] = descriptors[index];
  read_head(launcher, place);
}

// Whether it is to wait for an init that is being made for it; others of its instance go first.
static bool is_held(gs_launcher *launcher, gs_waiting *waiting) {
  if (waiting->runtime == 0) return false;
  bool is_held = gs_warm_look(launcher, waiting) == GS_WARM_HOLD;
  waiting->is_held = waiting->is_held || is_held;
  return is_held;
}

static void start(gs_launcher *launcher, size_t index) {
  gs_turns *turns = &launcher->turns;
  gs_waiting taken = turns->waiting[index];
  turns->count -= 1;
  for (size_t next = index; next < turns->count; next++) turns->waiting[next] = turns->waiting[next + 1];
  gs_run_start(launcher, &taken.request, taken.descriptors, taken.descriptor_count);
}

bool gs_turns_start_next(gs_launcher *launcher) {
  gs_turns *turns = &launcher->turns;
  // What could fail, and be told, waits as long as the server does not listen.
  if (turns->count == 0 || launcher->queue_count > 0) return false;
  // The first request of the instance that follows the last one served, in the circle of their serial numbers, and that
  // has not too many set-ups under way.
  turns->is_held_back = false;
  uint64_t passed = 0;
  static bool held[GS_WAITING_MAX];
  for (size_t index = 0; index < turns->count; index++) held[index] = false;
  for (;;) {
    size_t best = turns->count;
    uint64_t nearest = 0;
    for (size_t index = 0; index < turns->count; index++) {
      uint64_t distance = turns->waiting[index].serial - turns->last_serial - 1;
      if (held[index] || distance < passed || (best < turns->count && distance >= nearest)) continue;
      best = index;
      nearest = distance;
    }
    if (best == turns->count) break;
    uint64_t serial = turns->waiting[best].serial;
    if (is_held(launcher, &turns->waiting[best])) {
      // And with it those that want the same.
      const gs_waiting *one = &turns->waiting[best];
      for (size_t index = best; index < turns->count; index++) {
        const gs_waiting *each = &turns->waiting[index];
        if (each->serial == serial && each->runtime == one->runtime && each->network == one->network) held[index] = true;
      }
      continue;
    }
    if (gs_run_count_setups(launcher, serial) < GS_SETUPS_MAX) {
      turns->last_serial = serial;
      start(launcher, best);
      return true;
    }
    // The last served is the last of the circle.
    if (nearest == UINT64_MAX) break;
    passed = nearest + 1;
  }
  turns->is_held_back = turns->count > 0;
  return false;
}

void gs_turns_start_now(gs_launcher *launcher, uint64_t id) {
  for (size_t index = 0; index < launcher->turns.count; index++) {
    if (launcher->turns.waiting[index].request.id == id) return start(launcher, index);
  }
}
