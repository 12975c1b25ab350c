// The launcher: one thread, one epoll, one socket.
#include <errno.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/wait.h>

#include "kernel.h"
#include "launcher_options.h"
#include "sandbox.h"

#define REQUESTS_PER_TURN 32
#define REMOVALS_WAITING_MAX 128
#define REMOVALS_AT_ONCE 4
#define END_ROUNDS 1000
#define END_PAUSE_MS 10
#define REMOVAL_PAUSE_NS 20000000
#define START_PAUSE_NS 1000000
// What nobody has needed for so long is let go.
#define POOL_PATIENCE_S 30

static gs_launcher state;

// Says why nothing runs here, to the server and on standard error.
static int die(gs_launcher *launcher, const char *text, int error) {
  gs_fatal fatal = {.type = GS_EVENT_FATAL, .error = error};
  if (error != 0) {
    snprintf(fatal.text, sizeof fatal.text, "%s: %s", text, strerror(error));
  } else {
    snprintf(fatal.text, sizeof fatal.text, "%s", text);
  }
  fprintf(stderr, "grapnel-launcher: %s\n", fatal.text);
  if (launcher->options.socket >= 0) (void)gs_send(launcher->options.socket, &fatal, sizeof fatal, NULL, 0);
  return 1;
}

int gs_launcher_watch(gs_launcher *launcher, int descriptor, uint64_t token) {
  struct epoll_event event = {.events = EPOLLIN, .data.u64 = token};
  return epoll_ctl(launcher->epoll, EPOLL_CTL_ADD, descriptor, &event) == 0 ? 0 : -errno;
}

// Closing is not enough: a child that has just been cloned holds a copy for a moment.
void gs_launcher_unwatch(gs_launcher *launcher, int descriptor) {
  if (descriptor >= 0) (void)epoll_ctl(launcher->epoll, EPOLL_CTL_DEL, descriptor, NULL);
}

static void watch_socket(gs_launcher *launcher, uint32_t events) {
  struct epoll_event event = {.events = events, .data.u64 = GS_TOKEN_SOCKET};
  (void)epoll_ctl(launcher->epoll, EPOLL_CTL_MOD, launcher->options.socket, &event);
}

// Whether an event is to be sent again: the socket is full, or the kernel has no memory for now. Anything else is a
// server that is gone.
static bool send_later(gs_launcher *launcher, const void *event, size_t length) {
  int result = gs_send(launcher->options.socket, event, length, NULL, 0);
  return result == -EAGAIN || result == -ENOBUFS || result == -ENOMEM;
}

void gs_launcher_send(gs_launcher *launcher, const void *event, size_t length) {
  if (launcher->queue_count == 0 && !send_later(launcher, event, length)) return;
  // No request is read while something waits here, so only the runs that are there can add to it.
  size_t room = sizeof launcher->queue / sizeof launcher->queue[0];
  if (launcher->queue_count == room) return;
  gs_exit *place = &launcher->queue[(launcher->queue_first + launcher->queue_count) % room];
  memset(place, 0, sizeof *place);
  memcpy(place, event, length);
  launcher->queue_count += 1;
  watch_socket(launcher, EPOLLOUT);
}

static void flush(gs_launcher *launcher) {
  size_t room = sizeof launcher->queue / sizeof launcher->queue[0];
  while (launcher->queue_count > 0) {
    const gs_exit *event = &launcher->queue[launcher->queue_first];
    size_t length = event->type == GS_EVENT_REFUSED ? sizeof(gs_refused) : sizeof(gs_exit);
    if (send_later(launcher, event, length)) return;
    launcher->queue_first = (launcher->queue_first + 1) % room;
    launcher->queue_count -= 1;
  }
  watch_socket(launcher, EPOLLIN);
}

static void refuse(gs_launcher *launcher, int error, uint64_t id) {
  gs_refused refused = {.type = GS_EVENT_REFUSED, .error = error, .id = id};
  gs_launcher_send(launcher, &refused, sizeof refused);
}

// Returns false when the server is gone.
static bool read_requests(gs_launcher *launcher) {
  for (int turn = 0; turn < REQUESTS_PER_TURN && launcher->queue_count == 0; turn++) {
    if (gs_turns_are_full(&launcher->turns)) return true;
    union {
      uint32_t type;
      gs_start start;
      gs_signal signal;
      char bytes[64];
    } request;
    int descriptors[GS_FD_COUNT_MAX];
    size_t count = GS_FD_COUNT_MAX;
    long length = gs_receive(launcher->options.socket, &request, sizeof request, descriptors, &count);
    if (length == -EAGAIN) return true;
    if (length == -EMFILE) {
      // The run is told of, or the server would wait for its end for ever.
      refuse(launcher, EMFILE, request.type == GS_REQUEST_START ? request.start.id : 0);
      continue;
    }
    if (length == -EMSGSIZE || length == -ENOBUFS || length == -ENOMEM) {
      refuse(launcher, (int)-length, 0);
      continue;
    }
    if (length <= 0) return false;
    if (length == sizeof request.start && request.type == GS_REQUEST_START) {
      gs_turns_add(launcher, &request.start, descriptors, count);
      continue;
    }
    for (size_t index = 0; index < count; index++) close(descriptors[index]);
    if (length == sizeof request.signal && request.type == GS_REQUEST_SIGNAL && count == 0) {
      gs_turns_start_now(launcher, request.signal.id);
      gs_run_signal(launcher, &request.signal);
    } else if (length == sizeof(gs_status_request) && request.type == GS_REQUEST_STATUS && count == 0) {
      gs_warm_tell(launcher);
    } else {
      refuse(launcher, EINVAL, 0);
    }
  }
  return true;
}

static void read_done(gs_launcher *launcher) {
  uint32_t slots[256];
  ssize_t length = read(launcher->done[0], slots, sizeof slots);
  for (ssize_t index = 0; index < length / (ssize_t)sizeof slots[0]; index++) gs_run_done(launcher, slots[index]);
}

static void set_timer(gs_launcher *launcher, long nanoseconds) {
  struct itimerspec time = {.it_value.tv_nsec = nanoseconds};
  timerfd_settime(launcher->timer, 0, &time, NULL);
}

// What nobody waits for: spares, and the removal of used cgroups; a little at a time, so that a request waits for no
// more than that. Returns whether there may be more to do.
static bool work_aside(gs_launcher *launcher) {
  if (gs_warm_refill(launcher) || gs_run_refill(launcher)) return true;
  if (launcher->cgroups.removal_count == 0) return false;
  if (gs_cgroups_remove_discarded(&launcher->cgroups, 1) > 0) return true;
  if (gs_cgroups_remove_discarded(&launcher->cgroups, SIZE_MAX) > 0) return true;
  // A cgroup is busy for a moment after its last process.
  set_timer(launcher, REMOVAL_PAUSE_NS);
  return false;
}

// While something waits to be used again, the pools are looked at from time to time.
static void watch_pools(gs_launcher *launcher, bool is_wanted) {
  if (launcher->is_pool_timer_set == is_wanted) return;
  long period = is_wanted ? POOL_PATIENCE_S : 0;
  struct itimerspec time = {.it_value.tv_sec = period, .it_interval.tv_sec = period};
  if (timerfd_settime(launcher->pool_timer, 0, &time, NULL) == 0) launcher->is_pool_timer_set = is_wanted;
}

// Kills and waits for everything, for ten seconds at most, and removes the cgroups.
static void end(gs_launcher *launcher) {
  for (int round = 0; round < END_ROUNDS && launcher->running > 0; round++) {
    gs_run_kill_all(launcher);
    gs_warm_kill_all(launcher);
    struct pollfd signals = {.fd = launcher->signals, .events = POLLIN};
    struct signalfd_siginfo arrived;
    poll(&signals, 1, END_PAUSE_MS);
    while (read(launcher->signals, &arrived, sizeof arrived) > 0) continue;
    gs_run_reap(launcher);
  }
  (void)gs_cgroups_purge(&launcher->cgroups);
  gs_cgroups_close(&launcher->cgroups);
}

// Returns false when the server is gone.
static bool handle(gs_launcher *launcher, const struct epoll_event *event) {
  struct signalfd_siginfo arrived;
  uint64_t ticks;
  switch (event->data.u64) {
    case GS_TOKEN_SOCKET:
      if ((event->events & EPOLLOUT) != 0) flush(launcher);
      // A server that is gone needs nothing that it asked for last.
      if ((event->events & (EPOLLHUP | EPOLLERR | EPOLLRDHUP)) != 0) return false;
      return (event->events & EPOLLIN) == 0 || read_requests(launcher);
    case GS_TOKEN_SIGNALS:
      while (read(launcher->signals, &arrived, sizeof arrived) > 0) continue;
      gs_run_reap(launcher);
      watch_pools(launcher, true);
      return true;
    case GS_TOKEN_DONE: read_done(launcher); return true;
    case GS_TOKEN_TIMER: return read(launcher->timer, &ticks, sizeof ticks) >= 0 || errno == EAGAIN;
    case GS_TOKEN_POOLS:
      if (read(launcher->pool_timer, &ticks, sizeof ticks) > 0) {
        gs_warm_trim(launcher);
        watch_pools(launcher, gs_run_trim_pools(launcher));
      }
      return true;
    case GS_TOKEN_WARM:
      if (read(launcher->warm_timer, &ticks, sizeof ticks) > 0) gs_warm_tick(launcher);
      return true;
    default:
      if (event->data.u64 < GS_TOKEN_OOM) {
        gs_warm_hear(launcher, (uint32_t)(event->data.u64 - GS_TOKEN_FORKER));
        return true;
      }
      gs_run_out_of_memory(launcher, (uint32_t)(event->data.u64 - GS_TOKEN_OOM));
      return true;
  }
}

static void loop(gs_launcher *launcher) {
  bool has_work_aside = true;
  for (;;) {
    struct epoll_event events[64];
    bool is_waited_for = launcher->turns.count > 0 && launcher->queue_count == 0 && !launcher->turns.is_held_back;
    int count = epoll_wait(launcher->epoll, events, 64, has_work_aside || is_waited_for ? 0 : -1);
    if (count < 0 && errno != EINTR) return;
    if (count == 0 && !is_waited_for) {
      has_work_aside = work_aside(launcher);
      continue;
    }
    uint64_t starts = launcher->starts;
    for (int index = 0; index < count; index++) {
      if (!handle(launcher, &events[index])) return;
    }
    (void)gs_turns_start_next(launcher);
    gs_run_settle(launcher);
    gs_warm_set_timer(launcher);
    if (launcher->cgroups.removal_count > REMOVALS_WAITING_MAX) {
      // While there is no time aside, a few at a time: each may take the kernel a millisecond, and somebody waits.
      (void)gs_cgroups_remove_discarded(&launcher->cgroups, REMOVALS_AT_ONCE);
    }
    // A run that has just been started needs the processor, and the kernel's locks, more than the next spare does.
    has_work_aside = launcher->starts == starts;
    // The end of a set-up is seen, not told.
    if (!has_work_aside || launcher->turns.is_held_back || launcher->unsettled > 0) set_timer(launcher, START_PAUSE_NS);
  }
}

// Nothing that the launcher inherited goes on to a run: every signal is at its default and blocked, 0…5 are taken.
static int prepare_process(gs_launcher *launcher) {
  for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
  // Only the socket's end ends the launcher: a Ctrl-C or a stop of the service reaches the server, which may still wait
  // for runs.
  sigset_t all;
  sigfillset(&all);
  if (sigprocmask(SIG_SETMASK, &all, NULL) != 0) return -errno;
  setsid();
  // What else the parent left open is none of ours, but for standard error.
  int socket = fcntl(launcher->options.socket, F_DUPFD_CLOEXEC, GS_RUN_DESCRIPTORS);
  if (socket < 0) return -errno;
  if (socket != GS_RUN_DESCRIPTORS && dup3(socket, GS_RUN_DESCRIPTORS, O_CLOEXEC) < 0) return -errno;
  launcher->options.socket = GS_RUN_DESCRIPTORS;
  gs_close_range(GS_RUN_DESCRIPTORS + 1, ~0u);
  int nothing = open("/dev/null", O_RDWR);
  if (nothing < 0) return -errno;
  for (int descriptor = 0; descriptor < GS_RUN_DESCRIPTORS; descriptor++) {
    if (descriptor == nothing || (descriptor == 2 && fcntl(2, F_GETFD) >= 0)) continue;
    if (dup2(nothing, descriptor) < 0) return -errno;
  }
  if (nothing > GS_RUN_DESCRIPTORS) close(nothing);
  fcntl(launcher->options.socket, F_SETFL, fcntl(launcher->options.socket, F_GETFL) | O_NONBLOCK);
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  umask(022);
  struct rlimit files;
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
  }
  // Not required: without privilege it stays as it is.
  (void)gs_write_small(AT_FDCWD, "/proc/self/oom_score_adj", "-500");
  return 0;
}

static int prepare_loop(gs_launcher *launcher) {
  sigset_t children;
  sigemptyset(&children);
  sigaddset(&children, SIGCHLD);
  launcher->epoll = epoll_create1(EPOLL_CLOEXEC);
  launcher->signals = signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK);
  launcher->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  launcher->pool_timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  launcher->warm_timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  if (launcher->epoll < 0 || launcher->signals < 0 || launcher->timer < 0 || launcher->pool_timer < 0 ||
      launcher->warm_timer < 0) {
    return -errno;
  }
  if (pipe2(launcher->lifeline, O_CLOEXEC) != 0 || pipe2(launcher->done, O_CLOEXEC | O_NONBLOCK) != 0) return -errno;
  launcher->reports_file = memfd_create("grapnel-reports", MFD_CLOEXEC);
  size_t length = sizeof(gs_report) * GS_RUNS_MAX;
  if (launcher->reports_file < 0 || ftruncate(launcher->reports_file, (off_t)length) != 0) return -errno;
  launcher->reports = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, launcher->reports_file, 0);
  if (launcher->reports == MAP_FAILED) return -errno;
  launcher->filters = gs_filter_save(&launcher->filter, &launcher->watched_filter);
  if (launcher->filters < 0) return launcher->filters;
  int result = gs_launcher_watch(launcher, launcher->options.socket, GS_TOKEN_SOCKET);
  if (result == 0) result = gs_launcher_watch(launcher, launcher->signals, GS_TOKEN_SIGNALS);
  if (result == 0) result = gs_launcher_watch(launcher, launcher->done[0], GS_TOKEN_DONE);
  if (result == 0) result = gs_launcher_watch(launcher, launcher->timer, GS_TOKEN_TIMER);
  if (result == 0) result = gs_launcher_watch(launcher, launcher->pool_timer, GS_TOKEN_POOLS);
  if (result == 0) result = gs_launcher_watch(launcher, launcher->warm_timer, GS_TOKEN_WARM);
  return result;
}

// Everything that the level requires, or words why not. Never less.
static int prepare_sandbox(gs_launcher *launcher, char *why, size_t room) {
  const gs_options *options = &launcher->options;
  if (options->level == GS_LEVEL_FULL && geteuid() != 0) {
    snprintf(why, room, "level \"full\" needs a launcher that was started as root");
    return -EPERM;
  }
  if (options->level == GS_LEVEL_USER && geteuid() == 0) {
    snprintf(why, room, "level \"user\" must not be started as root");
    return -EPERM;
  }
  int result = gs_probe_required(options->level, options->runtimes, why, room);
  if (result != 0) return result;
  bool is_full = options->level == GS_LEVEL_FULL;
  char reason[256];
  result = gs_cgroups_open(&launcher->cgroups, options->cgroup_name, is_full, reason, sizeof reason);
  if (result == -EWOULDBLOCK) {
    // At level "user" too: the data folder is the other's.
    snprintf(why, room, "%s", reason);
    return result;
  }
  if (result != 0 && is_full) {
    snprintf(why, room, "level \"full\" needs cgroups that limit memory, processes and processor time: %s", reason);
    return result;
  }
  result = gs_cgroups_purge(&launcher->cgroups);
  if (result != 0) {
    snprintf(why, room, "what an earlier launcher left in its cgroups cannot be removed");
    return result;
  }
  result = gs_template_enter(options, why, room);
  launcher->has_library = access(GS_LIBRARY_PATH, R_OK) == 0;
  if (result != 0) return result;
  launcher->last_capability = gs_last_capability();
  launcher->landlock_version = gs_landlock_version();
  launcher->landlock = gs_landlock_make(launcher->landlock_version);
  if (launcher->landlock < -1) {
    snprintf(why, room, "Landlock is there but takes no ruleset");
    return launcher->landlock + 1;
  }
  // The launcher needs no network itself.
  if (!options->allow_host_network) result = gs_network_leave();
  if (result != 0) {
    snprintf(why, room, "a network namespace cannot be made");
    return result;
  }
  result = gs_filter_build_run(&launcher->filter);
  if (result == 0) result = gs_filter_build_watched(&launcher->filter, &launcher->watched_filter);
  if (result == 0) result = gs_filter_install_base();
  if (result != 0) snprintf(why, room, "the seccomp filter cannot be installed");
  // Every init copies what is mapped here; what made the filters is over.
  malloc_trim(0);
  return result;
}

int gs_serve_main(int argc, char **argv) {
  gs_launcher *launcher = &state;
  char why[400];
  if (!gs_parse_options(argc, argv, &launcher->options, why, sizeof why)) {
    fprintf(stderr, "grapnel-launcher: %s\n", why);
    return 64;
  }
  uid_t user = geteuid();
  launcher->process = getpid();
  int result = prepare_process(launcher);
  if (result != 0) return die(launcher, "the launcher's process cannot be prepared", -result);
  if ((result = prepare_sandbox(launcher, why, sizeof why)) != 0) {
    gs_cgroups_close(&launcher->cgroups);
    return die(launcher, why, -result);
  }
  if ((result = prepare_loop(launcher)) != 0) {
    gs_cgroups_close(&launcher->cgroups);
    return die(launcher, "the launcher's loop cannot be prepared", -result);
  }
  gs_ready ready = {
    .type = GS_EVENT_READY,
    .version = GS_PROTOCOL_VERSION,
    .level = launcher->options.level,
    .cgroup = launcher->cgroups.version,
    .uid_base = launcher->options.level == GS_LEVEL_FULL ? launcher->options.uid_base : user,
    .landlock = (uint32_t)launcher->landlock_version,
    .pid = getpid(),
  };
  if (gs_send(launcher->options.socket, &ready, sizeof ready, NULL, 0) == 0) loop(launcher);
  end(launcher);
  return 0;
}
