// What the files of the launcher share. Nothing here is for the server.
#ifndef GS_SANDBOX_H
#define GS_SANDBOX_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdnoreturn.h>
#include <sys/types.h>

#include "grapnel_sandbox.h"

#define GS_HIERARCHIES_MAX 4
#define GS_SPARES_MAX 4
#define GS_RUN_DESCRIPTORS 6
// A bundle, its layers, and the host's name servers.
#define GS_CONTENTS_MAX (GS_LAYER_COUNT + 2)
// Requests that are read ahead, so that instances can take turns; more wait in the socket.
#define GS_WAITING_MAX 256u
// How many runs of one instance are set up at the same time. More would be no faster, and all other set-ups slower: the
// kernel's locks around mounts and namespaces are nobody's to share out.
#define GS_SETUPS_MAX 4u
// An instance that has so many runs makes its own inits, and leaves the spares to others.
#define GS_SPARES_FOR_FEWER_THAN 8u
// The most inits for the runs of one instance and runtime that are being made at the same time.
#define GS_WARM_ASKED_MAX 4u
// The numbers that a fork server, or a process that waits for its run, finds its socket at; and its standard error.
#define GS_WARM_SOCKET GS_RUN_DESCRIPTORS
// How many network namespaces, and how many cgroups, wait to be used again.
#define GS_POOL_MAX 64u

// The folder of the template that only the launcher may see.
#define GS_HIDDEN "/.launcher"
#define GS_HIDDEN_BUNDLES GS_HIDDEN "/bundles"
#define GS_HIDDEN_LAYERS GS_HIDDEN "/layers"
#define GS_HIDDEN_RESOLVER GS_HIDDEN "/resolv.conf"

// Inside its user namespace every run has this uid and gid; at level "user" the launcher has it in its own one too.
#define GS_INNER_ID 1000

// A runtime of which processes are begun ahead of need.
typedef struct {
  const char *name;
  uint32_t start;  // GS_START_FORK or GS_START_SPARE
  size_t word_count;
  const char *words[GS_WARM_WORDS_MAX + 1];  // the command; only the operator's own files
} gs_warm_runtime;

typedef struct {
  int socket;
  uint32_t level;
  const char *bundles;
  const char *layers;  // or NULL: no run has any
  const char *runtimes;
  const char *mounts[GS_MOUNTS_MAX];
  size_t mount_count;
  uint32_t uid_base;
  const char *cgroup_name;
  bool allow_host_network;
  size_t warm_count;
  gs_warm_runtime warm[GS_WARM_RUNTIMES_MAX];
  long warm_idle_ms;      // what no run needed for so long goes
  long warm_runs;         // a fork server is replaced after so many
  long warm_patience_ms;  // one that takes longer to begin, or to answer, is replaced
  long warm_memory;       // the most that a fork server may have, bytes
} gs_options;

// MARK: cgroups (cgroup.c, cgroup_place.c, cgroup_run.c)

enum { GS_MEMORY = 1, GS_PIDS = 2, GS_CPU = 4, GS_CPUACCT = 8 };
// The files of a run's cgroup that are looked at for every run.
enum {
  GS_FILE_MEMORY_EVENTS,
  GS_FILE_MEMORY_PEAK,
  GS_FILE_MEMORY_NOW,
  GS_FILE_PIDS_EVENTS,
  GS_FILE_PIDS_NOW,
  GS_FILE_CPU_USED,
  GS_FILE_CPU_QUOTA,
  GS_FILE_COUNT,
};

typedef struct {
  int own;               // the folder that the launcher works in
  int parent;            // the folder in it that holds the runs' cgroups
  bool is_claimed;       // no other launcher works with the parent
  unsigned controllers;  // bits of the above
} gs_hierarchy;

typedef struct {
  uint32_t number;  // its name is "r<number>"; 0 is no cgroup
  int oom;          // v1: an eventfd that says that memory ran out, else -1
  int entries[GS_HIERARCHIES_MAX];  // v1: the open "tasks" files; v2: [0] is the folder; -1
  // Some stay open, entries and files, from the first run to the last; only these serve again.
  bool is_kept;
  bool is_watched;         // its eventfd
  bool is_spoiled;         // a counter has counted that cannot be set back
  int files[GS_FILE_COUNT];  // or -1
  int64_t cpu_before;      // microseconds that other runs had used
  int64_t memory;   // limits as they are set; 0 for not set
  uint32_t processes;
  uint32_t cpu;
  uint32_t share;   // its weight is that of an instance, divided by this
} gs_cgroup;

typedef struct {
  uint32_t version;  // 1, 2, or 0 for none
  const char *name;  // of the parents
  size_t count;
  gs_hierarchy hierarchies[GS_HIERARCHIES_MAX];
  int memory, pids, cpu, cpuacct;  // index of the hierarchy, or -1
  bool has_swap_limit;
  uint32_t next_number;
  gs_cgroup last;  // the limits that were wanted last: the next cgroup gets them ahead of need
  int64_t most_left;  // bytes that the kernel may have set aside for an empty cgroup
  size_t kept_most, kept;  // how many may stay open, and do
  size_t waiting_count;
  size_t unused;  // the fewest that waited since they were trimmed
  gs_cgroup waiting[GS_POOL_MAX];  // nobody is in them; in the order of their coming
  size_t removal_count;
  uint32_t removals[GS_RUNS_MAX * 2];
} gs_cgroups;

typedef struct {
  uint32_t breaches;
  int64_t cpu_us;       // -1 for unknown
  int64_t peak_memory;  // -1 for unknown
} gs_cgroup_usage;

// Finds and makes the parents, and holds them against other launchers. On failure returns -errno, with words in `why`;
// -EWOULDBLOCK is "another launcher has them".
int gs_cgroups_open(gs_cgroups *cgroups, const char *name, bool needs_cpu, char *why, size_t room);
// Kills and removes all runs' cgroups below the parents; bounded. Returns 0 or -errno.
int gs_cgroups_purge(gs_cgroups *cgroups);
// Lets go of all, and removes the parents if they are empty.
void gs_cgroups_close(gs_cgroups *cgroups);
// Reads a small file; the text is always terminated. Returns its length or -errno.
int gs_read_small(int folder, const char *path, char *text, size_t room);
// Writes a small file. Returns 0 or -errno.
int gs_write_small(int folder, const char *path, const char *text);

// Makes one with the limits that were wanted last. Returns 0 or -errno.
int gs_cgroup_make(gs_cgroups *cgroups, gs_cgroup *cgroup);
// Keeps one that a run has left, if it may serve again; otherwise it is still to be discarded.
bool gs_cgroup_give(gs_cgroups *cgroups, gs_cgroup *cgroup);
// Takes one out that has waited long enough. Returns whether there was one.
bool gs_cgroup_take(gs_cgroups *cgroups, gs_cgroup *cgroup);
// Proves that nothing of a run is in it any more, and sets its counters back. Else it is to be discarded.
bool gs_cgroup_renew(gs_cgroups *cgroups, gs_cgroup *cgroup);
// Takes one out that was not needed since the last gs_cgroups_trim(). Returns whether there was one.
bool gs_cgroups_take_unused(gs_cgroups *cgroups, gs_cgroup *cgroup);
// Begins to look anew for what is not needed. Returns whether any wait.
bool gs_cgroups_trim(gs_cgroups *cgroups);
int gs_cgroup_set_limits(gs_cgroups *cgroups, gs_cgroup *cgroup, int64_t memory, uint32_t processes, uint32_t cpu);
// Gives it one part of `share` parts of an instance's weight when runs compete for the processor. Returns 0 or -errno.
int gs_cgroup_set_share(gs_cgroups *cgroups, gs_cgroup *cgroup, uint32_t share);
// Closes what only the clone needs, but for those that are kept.
void gs_cgroup_close_entries(gs_cgroup *cgroup);
gs_cgroup_usage gs_cgroup_read_usage(gs_cgroups *cgroups, gs_cgroup *cgroup);
void gs_cgroup_discard(gs_cgroups *cgroups, gs_cgroup *cgroup);
// Looks at up to `count` of what was discarded and removes what is empty. Returns how many went.
size_t gs_cgroups_remove_discarded(gs_cgroups *cgroups, size_t count);

// MARK: network namespaces (network.c)

// Network namespaces in which no socket was ever made, as descriptors. Nobody is in them.
typedef struct {
  size_t count;
  size_t unused;  // the fewest that waited since they were trimmed
  int waiting[GS_POOL_MAX];
} gs_networks;

// Enters a new network namespace that has a loopback interface and nothing else. Returns 0 or -errno.
int gs_network_leave(void);
// Enters that one. Returns 0 or -errno.
int gs_network_enter(int network);
// Returns -1 if none waits.
int gs_networks_take(gs_networks *networks);
// Takes it back, or closes it if enough wait.
void gs_networks_give(gs_networks *networks, int network);
// Closes those that were not needed since the last time. Returns whether any are left.
bool gs_networks_trim(gs_networks *networks);

// MARK: the root that every run copies (template.c, template_etc.c)

// Enters new namespaces and moves the whole launcher into the template. On failure returns -errno, with words in `why`.
int gs_template_enter(const gs_options *options, char *why, size_t room);
// Fills `etc`. Returns 0 or -errno.
int gs_template_etc(int etc);
// Copies the host's name servers to the hidden file if they have changed.
void gs_template_refresh_resolver(void);

// MARK: what a run sees of its own (content.c)

typedef struct {
  int tree;  // a mount that is attached to nothing
  char target[24];
  uint32_t step;  // GS_STEP_…, for when it cannot be attached
} gs_content;

typedef struct {
  size_t count;
  gs_content mounts[GS_CONTENTS_MAX];
  uint32_t step;  // what could not be opened
} gs_contents;

// Opens all that a run is to see. Returns 0; or -errno, with the step, and nothing is open.
int gs_contents_open(gs_contents *contents, const gs_spec *spec);
void gs_contents_close(gs_contents *contents);

// MARK: probing (probe.c)

// Tries what the level requires, but for the cgroups. Returns 0, or -errno with words that name the first one missing.
int gs_probe_required(uint32_t level, const char *runtimes, char *why, size_t room);

// MARK: filters (filter.c, landlock.c)

// The base filters: known calls only, and some of them with known arguments only. They stay on the launcher, and
// everything inherits them for free. Returns 0 or -errno.
int gs_filter_install_base(void);
// The run's filter, put on top of it: nothing of what only the set-up needs. Built once. Returns 0 or -errno.
int gs_filter_build_run(struct sock_fprog *program);
// The same, with every socket that is made told to a listener, which must let it go on. Built once, after the other.
int gs_filter_build_watched(const struct sock_fprog *program, struct sock_fprog *watched);
// Copies both programs to a file in memory, and from there. Return a descriptor, 0, or -errno.
int gs_filter_save(const struct sock_fprog *program, const struct sock_fprog *watched);
int gs_filter_load(int file, struct sock_fprog *program, struct sock_fprog *watched);
int gs_filter_install(const struct sock_fprog *program);
// Installs the watched one. Returns the listener; -EBUSY where somebody else listens already, or another -errno.
int gs_filter_install_watched(const struct sock_fprog *watched);
// Version of the kernel's Landlock, 0 for none.
int gs_landlock_version(void);
// A ruleset for all runs, or -1 where the kernel has none, or -errno - 1.
int gs_landlock_make(int version);
int gs_landlock_enforce(int ruleset);

// MARK: runs

// How a run's init tells the launcher what became of it. Shared memory, one cache line each.
typedef struct {
  _Alignas(64) _Atomic uint32_t is_done;  // all processes but the init have ended, and the rest is valid
  _Atomic uint32_t is_set_up;  // the program is being executed
  _Atomic uint32_t is_watched;   // every socket that it makes is seen before it is there
  _Atomic uint32_t has_sockets;  // it has made one, or is about to
  _Atomic uint32_t is_parked;    // its program is executed and waits for the run
  uint32_t step;                           // set-up failed here
  int32_t error;
  int32_t status;  // wait status of the user's process
  uint32_t breaches;  // of /tmp
  int64_t cpu_us;
  int64_t peak_memory;
} gs_report;

// A specification that has been checked, with pointers into the buffer it was read to.
typedef struct {
  const gs_spec *head;
  char *arguments[GS_ARGUMENTS_MAX + 1];
  char *environment[GS_ENVIRONMENT_MAX + 1];
  const char *directory;
} gs_parsed_spec;

// Checks everything. Returns 0 or -errno.
int gs_spec_parse(char *buffer, size_t length, gs_parsed_spec *parsed);

// All that an init needs. It is cloned before it is known what it will run; the second part comes with the order.
typedef struct {
  uint32_t level;
  uint32_t network;
  bool has_memory_cgroup;
  bool has_process_cgroup;
  int cgroup_entries[GS_HIERARCHIES_MAX];  // v1
  int orders;  // the socket that the order comes from
  int lifeline;
  int done;
  int landlock;  // or -1
  int last_capability;
  int network_namespace;  // to enter, or -1 for a new one
  struct sock_fprog filter, watched_filter;
  uint32_t slot;
  gs_report *report;
  // Whose run it will be, as far as anybody can know: the user's process is begun with it. 0 for no idea.
  uid_t expected_id;
  // How the program comes to be. GS_START_SPARE executes this ahead of need, as far as the init is its own.
  uint32_t start;
  const char *const *words;

  const gs_parsed_spec *spec;  // of GS_START_EXEC
  size_t spec_length;          // of the buffer after the plan
  uid_t id;  // uid and gid, as the launcher's user namespace counts
  char tmp_options[160];
  // Of the descriptors that come with the order, the run's own are the first, and the trees of the contents the rest.
  size_t run_descriptor_count;
  gs_contents contents;
} gs_plan;

// What the launcher and one init share until the order is given.
typedef struct {
  gs_plan plan;
  gs_parsed_spec spec;
  _Alignas(64) char buffer[GS_SPEC_LENGTH_MAX];
} gs_brief;

// The whole life of a run's pid 1, from the clone on.
noreturn void gs_init_main(gs_plan *plan);
// The life of the user's process, up to execve. Its descriptors come from the socket `orders`, when all is ready for it.
noreturn void gs_user_main(gs_plan *plan, int orders);
// The same for a fork of a fork server, up to where its interpreter goes on (fork.c).
noreturn void gs_fork_user_main(gs_plan *plan, int orders);
// What they have in common. They give up on failure.
void gs_user_confine(gs_plan *plan, int orders);
void gs_user_take_descriptors(const gs_plan *plan, int orders);
void gs_user_enter(const gs_plan *plan, const gs_parsed_spec *spec);
// Lets signals in again, which the launcher and all that comes of it block.
void gs_user_let_signals_in(void);
// Sets the limits of a run. Returns 0 or -errno.
int gs_user_limit(const gs_spec *spec, bool has_memory_cgroup, bool has_process_cgroup);
// Closes all descriptors from GS_RUN_DESCRIPTORS on but those in `kept`; -1 stands for none. Returns 0 or -errno.
int gs_close_all_but(const int *kept, size_t count);
// Makes the process as weak as a run's, with that uid and gid. Returns 0 or -errno.
int gs_drop_privileges(const gs_plan *plan, uid_t id);
// The highest capability that the kernel has.
int gs_last_capability(void);
// Empties the bounding set up to the last one, as far as CAP_SETPCAP is there; it must go before the capabilities do.
// Returns 0 or -errno.
int gs_drop_bounding_set(int last);
// Drops all capabilities. Returns 0 or -errno.
int gs_drop_capabilities(void);
// Says where the set-up failed, and exits.
noreturn void gs_give_up(const gs_plan *plan, uint32_t step, int error);

// MARK: fork servers and processes that wait (warm.c, forker.c, fork.c, park.c)

// What a fork server is told first, with the descriptors of the lifeline, the pipe of ends, the reports and the filters,
// and perhaps of a Landlock ruleset.
typedef struct {
  uint32_t level;
  uint32_t network;
  int32_t last_capability;
  uint32_t has_landlock;
} gs_fork_setup;

// What it is asked for: an init, with the descriptors of its brief and its orders, a network namespace if it has one,
// and of its cgroup: one that the init is born in, or several that it enters.
typedef struct {
  uint32_t slot;
  uint32_t has_network;
  uint32_t is_born_in_cgroup;
  uint32_t entry_count;
} gs_fork_request;

// What it says: that it is ready (slot GS_FORK_READY), or what became of a request.
typedef struct {
  uint32_t slot;
  int32_t pid;  // or -errno
} gs_fork_answer;
#define GS_FORK_READY UINT32_MAX
// How long the slot of an init that was never answered for is not used again, milliseconds.
#define GS_REST_MS 5000

// What a process that waits is told of its run, with the run's descriptors and after them the specification.
typedef struct {
  uint32_t has_memory_cgroup, has_process_cgroup;
  uint32_t descriptor_count;
  uint32_t spec_length;
} gs_park_order;

// What it says: first that it waits, then that the hook's code follows.
enum { GS_PARK_WAITS = 'w', GS_PARK_FAILED = 'f', GS_PARK_STARTED = 's' };
typedef struct {
  uint32_t word;
  uint32_t step;
  int32_t error;
} gs_park_answer;

enum { GS_FORKER_NONE = 0, GS_FORKER_BEGINS, GS_FORKER_READY };

// A process that has begun an interpreter and makes inits, whose programs are forks of it.
typedef struct {
  uint32_t state;  // GS_FORKER_…
  pid_t pid;       // 0 for none
  int socket;
  int words;       // what it says on its standard error
  uint32_t made;
  uint32_t asked;  // inits that it has been asked for and not answered for
  bool is_stopped;
  int64_t answer_due;  // milliseconds; when it is given up, while something is asked or it begins
  gs_cgroup cgroup;
} gs_forker;

// What is kept ready for the runs of one instance, runtime and network.
typedef struct {
  uint64_t serial;  // 0 is a free place
  uint32_t runtime; // index in the options
  uint32_t network;
  uint32_t wanted;  // how many inits shall wait
  uint32_t fewest;  // that waited since they were trimmed
  uint32_t served, missed, losses, recycled, failures;
  int64_t needed_at, retry_at;  // milliseconds
  uint32_t needed;      // runs, ever
  bool is_leaving;      // it is no more, when its fork servers have ended
  // Of GS_START_FORK: the one that makes inits, and one that is about to follow it, or has gone before it.
  uint32_t current;
  gs_forker forkers[2];
} gs_warm;

typedef struct {
  pid_t pid;    // of its init; 0 is a free slot, or one that a fork server makes an init for
  uint64_t id;  // 0 while the init is a spare, which waits for an order
  uint64_t serial;  // of its instance; 0 of a spare
  uint32_t network;   // of a spare
  uid_t expected_id;  // of a spare
  uint32_t start;     // GS_START_…
  uint32_t warm;      // whose spare it is: 1 and the index; 0 for everybody's
  bool is_asked;      // a fork server has been asked for its init, or it rests
  int64_t free_at;    // milliseconds: until when it rests; 0 for not
  uint64_t order;     // of the making of spares
  int64_t made_at;    // milliseconds
  int orders;         // a spare's socket; kept while its network namespace may still come from there; or -1
  gs_brief *brief;   // a spare's
  int network_namespace;  // its own, or -1 for one that the launcher has no descriptor of
  bool is_reported;
  bool is_killed;
  // Told by the kernel before its counter does (cgroup v1).
  bool is_out_of_memory;
  // What a run that was given a spare of `warm` was asked for, until it is seen that its program goes on: if it never
  // comes to that, another is made for it.
  gs_start request;
  int kept[GS_FD_COUNT_MAX];
  size_t kept_count;
  gs_cgroup cgroup;
} gs_run;

// A child that ended before it was known.
#define GS_UNKNOWN_MAX (2u * GS_WARM_MAX * GS_WARM_ASKED_MAX)
typedef struct {
  pid_t pid;
  int status;
} gs_unknown;

// A request to start a run that waits for its turn.
typedef struct {
  gs_start request;
  uint64_t serial;  // of its instance; 0 if it cannot be read
  uint32_t network;
  uint32_t runtime;     // 1 and its index among those that are kept ready; 0 for none
  int64_t came_at;      // milliseconds
  bool is_held;         // for an init that is being made
  int descriptors[GS_FD_COUNT_MAX];
  size_t descriptor_count;
} gs_waiting;

typedef struct {
  uint64_t last_serial;  // whose turn it was last
  bool is_held_back;     // some wait, and none may start for now
  size_t count;
  gs_waiting waiting[GS_WAITING_MAX];  // in the order of their coming
} gs_turns;

typedef struct {
  gs_options options;
  pid_t process;
  int epoll;
  int signals;
  int timer;
  int pool_timer;
  bool is_pool_timer_set;
  int lifeline[2];
  int done[2];
  int landlock;
  int landlock_version;
  int last_capability;
  struct sock_fprog filter, watched_filter;
  int filters;  // both, as a file
  bool has_library;
  gs_networks networks;
  gs_cgroups cgroups;
  gs_report *reports;
  int reports_file;
  size_t running;  // inits, spares too
  size_t spares;
  uid_t likely_id;   // whose run is expected next: whoever's the last one was
  bool spares_fail;  // the last one ended by itself; no other is made until a run needs it
  uint64_t starts;   // ever
  size_t unsettled;  // runs that have something kept
  uint64_t spares_made;  // ever
  gs_turns turns;
  gs_warm warm[GS_WARM_MAX];
  int warm_timer;
  int64_t warm_timer_at;  // milliseconds; 0 while it is not set
  // Children that ended before anybody knew whose they are.
  size_t unknown_count;
  gs_unknown unknown[GS_UNKNOWN_MAX];
  uint32_t high;  // one above the highest slot in use
  gs_run runs[GS_RUNS_MAX];
  // Events that the socket had no room for. No request is read while one waits, so there is at most one for each run.
  size_t queue_first, queue_count;
  gs_exit queue[GS_RUNS_MAX + 8];
} gs_launcher;

// run.c
void gs_run_start(gs_launcher *launcher, const gs_start *request, int *descriptors, size_t count);
void gs_run_signal(gs_launcher *launcher, const gs_signal *request);
void gs_run_done(gs_launcher *launcher, uint32_t slot);
void gs_run_reap(gs_launcher *launcher);
// `number` is the cgroup's.
void gs_run_out_of_memory(gs_launcher *launcher, uint32_t number);
void gs_run_kill_all(gs_launcher *launcher);
// Lets go of what is kept for runs whose programs go on by now.
void gs_run_settle(gs_launcher *launcher);
void gs_run_arrive(gs_launcher *launcher, uint32_t slot, pid_t pid);
// run_spare.c
// What an init is made for.
typedef struct {
  uint32_t start;    // GS_START_…
  uint32_t network;
  uid_t expected_id;
  uint32_t warm;     // of gs_run
  const gs_warm_runtime *runtime;  // of GS_START_SPARE
} gs_wish;
// Makes an init that does what it can and waits for an order. On failure returns NULL, with the step and the error.
gs_run *gs_spare_make(gs_launcher *launcher, const gs_wish *wish, uint32_t *step, int *error);
// Asks a fork server for one. Returns 0 or -errno.
int gs_spare_ask(gs_launcher *launcher, const gs_wish *wish, gs_forker *forker);
// A fork server has answered; a negative pid is -errno. What has ended meanwhile is seen to by gs_run_arrive().
void gs_spare_arrive(gs_launcher *launcher, uint32_t slot, pid_t pid);
// Gives up what a fork server was asked for and never answered.
void gs_spare_abandon(gs_launcher *launcher, gs_run *run);
// One that has waited longest among those of `warm`, if there is one to use now.
gs_run *gs_spare_find_warm(gs_launcher *launcher, uint32_t warm);
// Of those of `warm`, which wait or (of GS_START_SPARE) soon will.
uint32_t gs_spare_count_warm(const gs_launcher *launcher, uint32_t warm, bool is_usable);
// Whatever a spare holds besides its process, its cgroup and its network namespace.
void gs_spare_end(gs_launcher *launcher, gs_run *run);
// The descriptor of a network namespace that the init has made, if it has come by now. It comes once.
void gs_spare_receive_network(gs_run *run);
void gs_spare_close_orders(gs_run *run);
void gs_spare_kill(gs_run *run);
// A cgroup that nobody is in. Returns 0 or -errno.
int gs_cgroup_get(gs_launcher *launcher, gs_cgroup *cgroup);
void gs_cgroup_end(gs_launcher *launcher, gs_cgroup *cgroup);
// The uid and gid of an instance's runs, as the launcher's user namespace counts.
uid_t gs_run_id(const gs_launcher *launcher, uint64_t serial);
// warm.c
int64_t gs_now(void);
// 1 and the index of the runtime of that name among those that are kept ready, or 0.
uint32_t gs_warm_runtime_named(const gs_launcher *launcher, const char *name);
enum { GS_WARM_USE, GS_WARM_HOLD, GS_WARM_EXEC };
// Whether a request finds an init ready, waits for one, or goes on without. It is asked for each time, and sees to it
// that more are made.
int gs_warm_look(gs_launcher *launcher, const gs_waiting *waiting);
// Takes one for a run, or NULL.
gs_run *gs_warm_take(gs_launcher *launcher, uint64_t serial, uint32_t runtime, uint32_t network);
// A run of that kind went without.
void gs_warm_miss(gs_launcher *launcher, uint64_t serial, uint32_t runtime, uint32_t network);
// Makes what is missing. Returns whether it did anything.
bool gs_warm_refill(gs_launcher *launcher);
// What a fork server has to say.
void gs_warm_hear(gs_launcher *launcher, uint32_t place);
// A child has ended. Returns whether it was a fork server.
bool gs_warm_reap(gs_launcher *launcher, pid_t pid, int status);
// Time has passed: looks for what hangs, and for what nobody needs.
void gs_warm_tick(gs_launcher *launcher);
// Sets the timer for the next of that.
void gs_warm_set_timer(gs_launcher *launcher);
void gs_warm_trim(gs_launcher *launcher);
void gs_warm_tell(gs_launcher *launcher);
// A spare has ended by itself.
void gs_warm_lose(gs_launcher *launcher, uint32_t warm);
void gs_warm_kill_all(gs_launcher *launcher);
// A cgroup that is no run's was out of memory.
void gs_warm_out_of_memory(gs_launcher *launcher, uint32_t number);
// forker.c
// Begins one. Returns 0 or -errno.
int gs_forker_begin(
  gs_launcher *launcher, gs_forker *forker, const gs_warm_runtime *runtime, uint32_t network, uint64_t token);
// Kills it. What it holds goes when it has ended.
void gs_forker_stop(gs_launcher *launcher, gs_forker *forker);
// It has ended: says what it said, and frees what it held.
void gs_forker_end(gs_launcher *launcher, gs_forker *forker, const char *name, int status);
// park.c
// Puts a process of GS_START_SPARE into its program.
noreturn void gs_park_execute(const gs_plan *plan, int orders);
// The environment of what is begun ahead of need.
char *const *gs_warm_environment(void);
// fork.c
// Takes over what the process of a run shall find by gs_run_entry() and the like. Returns 0 or -errno.
int gs_run_adopt(const gs_parsed_spec *parsed);
// How many runs of an instance are being set up.
uint32_t gs_run_count_setups(const gs_launcher *launcher, uint64_t serial);
// Lets go of what was not needed since the last time. Returns whether anything waits to be used again.
bool gs_run_trim_pools(gs_launcher *launcher);
// Makes a spare init if one is missing. Returns whether it did anything.
bool gs_run_refill(gs_launcher *launcher);
// turns.c
bool gs_turns_are_full(const gs_turns *turns);
// Takes the descriptors. Only while they are not full.
void gs_turns_add(gs_launcher *launcher, const gs_start *request, const int *descriptors, size_t count);
// Starts the run whose turn it is. Returns whether there was one that may start.
bool gs_turns_start_next(gs_launcher *launcher);
// Starts this one out of turn, if it waits: a signal is for it.
void gs_turns_start_now(gs_launcher *launcher, uint64_t id);
// launcher.c
void gs_launcher_send(gs_launcher *launcher, const void *event, size_t length);
int gs_launcher_watch(gs_launcher *launcher, int descriptor, uint64_t token);
void gs_launcher_unwatch(gs_launcher *launcher, int descriptor);

enum {
  GS_TOKEN_SOCKET = 1, GS_TOKEN_SIGNALS, GS_TOKEN_DONE, GS_TOKEN_TIMER, GS_TOKEN_POOLS, GS_TOKEN_WARM,
  // Twice its place, and one more for a successor.
  GS_TOKEN_FORKER = 100,
  GS_TOKEN_OOM = 1000
};

#endif
