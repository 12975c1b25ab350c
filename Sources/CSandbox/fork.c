// A fork server, as the interpreter that it is sees it: what makes inits at the launcher's word, and the way of such an
// init's user process back into the interpreter. It is in the library that interpreters load.
//
// No user code is here. An init is cloned as the launcher's own child, with a new pid namespace, and does what every init
// does; it stays in C for its whole life, and never goes on as the interpreter. The user's process is forked from the
// init by the C library's fork, gives up everything like any other, forgets what it was told of other runs, and only then
// returns from gs_fork_serve().
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include "grapnel_fork.h"
#include "kernel.h"
#include "sandbox.h"

// The order of the descriptors of a setup and of a request.
enum { TOLD_LIFELINE, TOLD_DONE, TOLD_REPORTS, TOLD_FILTERS, TOLD_LANDLOCK, TOLD_MOST };
enum { ASKED_BRIEF, ASKED_ORDERS, ASKED_REST, ASKED_MOST = ASKED_REST + 1 + GS_HIERARCHIES_MAX };

static gs_fork_setup setup;
static int told[TOLD_MOST];
static struct sock_fprog filter, watched_filter;
static jmp_buf interpreter;
static gs_report *reports;
// Of the run that this process has become.
static gs_parsed_spec spec;
static const char *entry, *environment;
static size_t environment_length;

const char *gs_run_entry(void) { return entry; }

const char *gs_run_environment(size_t *length) {
  *length = environment_length;
  return environment;
}

int gs_run_adopt(const gs_parsed_spec *parsed) {
  uint32_t count = parsed->head->environment_count;
  const char *last = parsed->arguments[parsed->head->argument_count - 1];
  const char *end = parsed->directory;
  // One after the other: the last argument, the variables.
  size_t length = (size_t)(end - last);
  char *copy = malloc(length);
  char **variables = malloc((count + 1) * sizeof *variables);
  if (copy == NULL || variables == NULL) return -ENOMEM;
  memcpy(copy, last, length);
  for (uint32_t index = 0; index < count; index++) variables[index] = copy + (parsed->environment[index] - last);
  variables[count] = NULL;
  entry = copy;
  environment = copy + strlen(copy) + 1;
  environment_length = length - strlen(copy) - 1;
  environ = variables;
  return 0;
}

noreturn void gs_fork_user_main(gs_plan *plan, int orders) {
  gs_brief *brief = (gs_brief *)plan;
  gs_user_confine(plan, orders);
  gs_user_take_descriptors(plan, orders);
  int result = gs_spec_parse(brief->buffer, plan->spec_length, &spec);
  if (result != 0) gs_give_up(plan, GS_STEP_REQUEST, -result);
  gs_user_enter(plan, &spec);
  result = gs_run_adopt(&spec);
  if (result != 0) gs_give_up(plan, GS_STEP_EXEC, -result);
  memset(&spec, 0, sizeof spec);
  plan->report->is_set_up = 1;
  // What the launcher and the inits of other runs share with this one, no hook may ever see.
  if (munmap(reports, sizeof(gs_report) * GS_RUNS_MAX) != 0 || munmap(brief, sizeof *brief) != 0) _exit(127);
  reports = NULL;
  // As after an execution.
  if (prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) != 0) _exit(127);
  gs_user_let_signals_in();
  longjmp(interpreter, 1);
}

// The life of an init, from its clone on.
static noreturn void begin_init(const gs_fork_request *request, const int *given) {
  reports = mmap(NULL, sizeof(gs_report) * GS_RUNS_MAX, PROT_READ | PROT_WRITE, MAP_SHARED, told[TOLD_REPORTS], 0);
  gs_brief *brief = mmap(NULL, sizeof *brief, PROT_READ | PROT_WRITE, MAP_SHARED, given[ASKED_BRIEF], 0);
  // Without them there is no way to tell; the launcher learns of its end.
  if (reports == MAP_FAILED || brief == MAP_FAILED || request->slot >= GS_RUNS_MAX) _exit(127);
  gs_plan *plan = &brief->plan;
  plan->report = &reports[request->slot];
  plan->slot = request->slot;
  plan->start = GS_START_FORK;
  plan->level = setup.level;
  plan->last_capability = setup.last_capability;
  plan->filter = filter;
  plan->watched_filter = watched_filter;
  plan->spec = NULL;
  plan->lifeline = told[TOLD_LIFELINE];
  plan->done = told[TOLD_DONE];
  plan->landlock = setup.has_landlock != 0 ? told[TOLD_LANDLOCK] : -1;
  plan->orders = given[ASKED_ORDERS];
  plan->network_namespace = request->has_network != 0 ? given[ASKED_REST] : -1;
  const int *entries = given + ASKED_REST + (request->has_network != 0 ? 1 : 0);
  for (uint32_t index = 0; index < GS_HIERARCHIES_MAX; index++) {
    bool is_there = request->is_born_in_cgroup == 0 && index < request->entry_count;
    plan->cgroup_entries[index] = is_there ? entries[index] : -1;
  }
  gs_init_main(plan);
}

static void answer(uint32_t slot, int32_t pid) {
  gs_fork_answer words = {.slot = slot, .pid = pid};
  struct pollfd room = {.fd = GS_WARM_SOCKET, .events = POLLOUT};
  while (gs_send(GS_WARM_SOCKET, &words, sizeof words, NULL, 0) == -EAGAIN) {
    if (poll(&room, 1, -1) < 0 && errno != EINTR) _exit(1);
  }
}

static void make_init(const gs_fork_request *request, const int *given, size_t count) {
  size_t wanted = ASKED_REST + (request->has_network != 0 ? 1 : 0) + request->entry_count;
  if (count != wanted) return answer(request->slot, -EINVAL);
  int cgroup = request->is_born_in_cgroup != 0 && request->entry_count == 1 ? given[count - 1] : -1;
  pid_t pid = gs_clone_process(CLONE_NEWPID | CLONE_PARENT, cgroup);
  if (pid == 0) begin_init(request, given);
  answer(request->slot, pid > 0 ? pid : -errno);
}

// Waits for a message. The launcher's end is the server's.
static void await(void) {
  struct pollfd watched = {.fd = GS_WARM_SOCKET, .events = POLLIN};
  while (poll(&watched, 1, -1) < 0) {
    if (errno != EINTR) _exit(1);
  }
}

static void take_setup(void) {
  await();
  size_t count = TOLD_MOST;
  long length = gs_receive(GS_WARM_SOCKET, &setup, sizeof setup, told, &count);
  size_t wanted = setup.has_landlock != 0 ? TOLD_MOST : TOLD_LANDLOCK;
  if (length != sizeof setup || count != wanted) _exit(1);
  if (gs_filter_load(told[TOLD_FILTERS], &filter, &watched_filter) != 0) _exit(1);
}

int gs_fork_serve(void) {
  // Nobody with the same uid may look into it, and so into what comes of it until that says otherwise.
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) _exit(1);
  take_setup();
  answer(GS_FORK_READY, 0);
  if (setjmp(interpreter) != 0) return 0;
  for (;;) {
    await();
    gs_fork_request request;
    int given[ASKED_MOST];
    size_t count = ASKED_MOST;
    long length = gs_receive(GS_WARM_SOCKET, &request, sizeof request, given, &count);
    if (length == -EAGAIN) continue;
    if (length != sizeof request) _exit(length == 0 ? 0 : 1);
    make_init(&request, given, count);
    for (size_t index = 0; index < count; index++) close(given[index]);
  }
}
