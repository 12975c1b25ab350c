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
// How many network namespaces, and how many cgroups, wait to be used again.
#define GS_POOL_MAX 64u

// The folder of the template that only the launcher may see.
#define GS_HIDDEN "/.launcher"
#define GS_HIDDEN_BUNDLES GS_HIDDEN "/bundles"
#define GS_HIDDEN_LAYERS GS_HIDDEN "/layers"
#define GS_HIDDEN_RESOLVER GS_HIDDEN "/resolv.conf"

// Inside its user namespace every run has this uid and gid; at level "user" the launcher has it in its own one too.
#define GS_INNER_ID 1000

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
  const char *target;
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

  const gs_parsed_spec *spec;
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

typedef struct {
  pid_t pid;    // of its init; 0 is a free slot
  uint64_t id;  // 0 while the init is a spare, which waits for an order
  uint64_t serial;  // of its instance; 0 of a spare
  uint32_t network;   // of a spare
  uid_t expected_id;  // of a spare
  int orders;         // a spare's socket; kept while its network namespace may still come from there; or -1
  gs_brief *brief;   // a spare's
  int network_namespace;  // its own, or -1 for one that the launcher has no descriptor of
  bool is_reported;
  bool is_killed;
  // Told by the kernel before its counter does (cgroup v1).
  bool is_out_of_memory;
  gs_cgroup cgroup;
} gs_run;

// A request to start a run that waits for its turn.
typedef struct {
  gs_start request;
  uint64_t serial;  // of its instance; 0 if it cannot be read
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
  gs_networks networks;
  gs_cgroups cgroups;
  gs_report *reports;
  size_t running;  // inits, spares too
  size_t spares;
  uid_t likely_id;   // whose run is expected next: whoever's the last one was
  bool spares_fail;  // the last one ended by itself; no other is made until a run needs it
  uint64_t starts;   // ever
  gs_turns turns;
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
// How many runs of an instance are being set up.
uint32_t gs_run_count_setups(const gs_launcher *launcher, uint64_t serial);
// Lets go of what was not needed since the last time. Returns whether anything waits to be used again.
bool gs_run_trim_pools(gs_launcher *launcher);
// Makes a spare init if one is missing. Returns whether it did anything.
bool gs_run_refill(gs_launcher *launcher);
// turns.c
bool gs_turns_are_full(const gs_turns *turns);
// Takes the descriptors. Only while they are not full.
void gs_turns_add(gs_turns *turns, const gs_start *request, const int *descriptors, size_t count);
// Starts the run whose turn it is. Returns whether there was one that may start.
bool gs_turns_start_next(gs_launcher *launcher);
// Starts this one out of turn, if it waits: a signal is for it.
void gs_turns_start_now(gs_launcher *launcher, uint64_t id);
// launcher.c
void gs_launcher_send(gs_launcher *launcher, const void *event, size_t length);
int gs_launcher_watch(gs_launcher *launcher, int descriptor, uint64_t token);
void gs_launcher_unwatch(gs_launcher *launcher, int descriptor);

enum { GS_TOKEN_SOCKET = 1, GS_TOKEN_SIGNALS, GS_TOKEN_DONE, GS_TOKEN_TIMER, GS_TOKEN_POOLS, GS_TOKEN_OOM = 1000 };

#endif
