// The launcher's wire protocol, and the few calls of C that its two ends need.
//
// The server and the launcher talk over one AF_UNIX SOCK_SEQPACKET socket: one message is one packet, in the byte
// order of the machine. The server sends gs_start and gs_signal; the launcher first sends one gs_ready (or one
// gs_fatal, and ends), then one gs_exit for each run that was asked for, whatever became of it. A packet that is no
// request at all is answered with gs_refused and changes nothing. When either end closes the socket, every run is
// killed and the launcher ends.
#ifndef GRAPNEL_SANDBOX_H
#define GRAPNEL_SANDBOX_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define GS_PROTOCOL_VERSION 3u
// Where the library is that interpreters load, inside the sandboxes.
#define GS_LIBRARY_PATH "/libexec/libgrapnel-fork.so"
#define GS_SPEC_MAGIC 0x47524e50u

// Bounds of a specification; whatever is outside fails the run with GS_STEP_REQUEST and EINVAL, ERANGE or E2BIG.
#define GS_SPEC_LENGTH_MAX (1024u * 1024u)
#define GS_STRING_LENGTH_MAX (127u * 1024u)
#define GS_ARGUMENTS_MAX 1024u
#define GS_ENVIRONMENT_MAX 4096u
#define GS_BUNDLE_NAME_LENGTH 64u
#define GS_MEMORY_MIN (4ll * 1024 * 1024)
#define GS_DISK_MIN (64ll * 1024)
#define GS_FILES_MIN 16ll
#define GS_OPEN_FILES_MIN 16u
#define GS_SERIAL_MAX 1000000000ull
// The most runs that a launcher holds at once; one more fails with GS_STEP_SLOT and EAGAIN.
#define GS_RUNS_MAX 2048u
// Of the name of a runtime whose processes are begun ahead of need, with its NUL.
#define GS_RUNTIME_NAME_MAX 32u
// The most runtimes that have such, and the words of each one's command.
#define GS_WARM_RUNTIMES_MAX 16u
#define GS_WARM_WORDS_MAX 24u
// The most folders of the host that runs see beside the system's.
#define GS_MOUNTS_MAX 32u

// The order of the descriptors that ride along with a gs_start. GS_FD_PAYLOAD may be missing.
#define GS_FD_SPEC 0
#define GS_FD_INPUT 1
#define GS_FD_OUTPUT 2
#define GS_FD_ERROR 3
#define GS_FD_CONTROL 4
#define GS_FD_HOST 5
#define GS_FD_PAYLOAD 6
#define GS_FD_COUNT_MIN 6
#define GS_FD_COUNT_MAX 7

// Type of a request (server to launcher). 3 is kept for "open a loopback listener inside a run's network and send it
// here".
enum {
  GS_REQUEST_START = 1,
  GS_REQUEST_SIGNAL = 2,
  GS_REQUEST_STATUS = 4,
};

// Type of an event (launcher to server).
enum {
  GS_EVENT_READY = 101,
  GS_EVENT_FATAL = 102,
  GS_EVENT_EXIT = 103,
  GS_EVENT_REFUSED = 104,
  GS_EVENT_STATUS = 105,
};

enum { GS_LEVEL_FULL = 1, GS_LEVEL_USER = 2 };
enum { GS_NETWORK_NONE = 0, GS_NETWORK_HOST = 1 };
// What a run may see beside its bundle: what was prepared from that, on /layer, and its dependencies, on /dependencies.
enum { GS_LAYER_PREPARED = 0, GS_LAYER_DEPENDENCIES = 1, GS_LAYER_COUNT = 2 };
// How the program of a run comes to be: executed for it; forked from a fork server, which has begun the interpreter
// once; or executed ahead of need, to wait for one run.
enum { GS_START_EXEC = 0, GS_START_FORK = 1, GS_START_SPARE = 2 };
enum { GS_ENDING_EXITED = 1, GS_ENDING_SIGNALLED = 2, GS_ENDING_FAILED_TO_START = 3 };

// Which limit a run ran into (bits).
enum { GS_BREACH_MEMORY = 1, GS_BREACH_PROCESSES = 2, GS_BREACH_DISK = 4, GS_BREACH_FILES = 8 };

// What a run was about to do when its start failed. gs_step_name() has the words.
enum {
  GS_STEP_NONE = 0,
  GS_STEP_REQUEST,         // the request or its specification is wrong
  GS_STEP_SLOT,            // too many runs at once
  GS_STEP_CGROUP,          // making the run's cgroup or setting its limits
  GS_STEP_CLONE,           // making the run's pid 1
  GS_STEP_CGROUP_JOIN,     // entering the cgroup, and the cgroup namespace
  GS_STEP_BUNDLE,          // mounting the bundle on /hook
  GS_STEP_PROC,            // mounting a fresh /proc
  GS_STEP_TMP,             // mounting the private /tmp
  GS_STEP_UNMOUNT,         // taking away what only the launcher may see
  GS_STEP_NETWORK,         // the loopback interface or the host's name
  GS_STEP_DESCRIPTORS,     // putting the descriptors in their places
  GS_STEP_FORK,            // the process of the user's code
  GS_STEP_LIMITS,          // resource limits
  GS_STEP_USER,            // giving up the uid, groups and capabilities
  GS_STEP_USER_NAMESPACE,  // the run's own user namespace
  GS_STEP_LANDLOCK,
  GS_STEP_SECCOMP,
  GS_STEP_DIRECTORY,       // the working directory
  GS_STEP_EXEC,            // executing the program
  GS_STEP_INIT,            // the run's pid 1 died before it could say why
  GS_STEP_NAMESPACES,      // entering its namespaces
  GS_STEP_LAYER,           // mounting a layer
  GS_STEP_COUNT,
};

typedef struct {
  uint32_t type;         // GS_REQUEST_START
  uint32_t spec_length;  // bytes of the specification in the descriptor GS_FD_SPEC, from offset 0
  uint64_t id;           // chosen by the server; unique among the runs that have not ended, not 0
} gs_start;

typedef struct {
  uint32_t type;   // GS_REQUEST_SIGNAL
  int32_t signal;  // SIGTERM: to the process group of the run's first process. SIGKILL: everything in the run.
  uint64_t id;     // a run that has ended meanwhile is no error
} gs_signal;

typedef struct {
  uint32_t type;     // GS_EVENT_READY
  uint32_t version;  // GS_PROTOCOL_VERSION
  uint32_t level;    // GS_LEVEL_…
  uint32_t cgroup;   // version of the cgroups that hold the limits: 1, 2, or 0 for "by rlimits" (level user only)
  uint32_t uid_base; // level full: the uid outside is uid_base + serial. Level user: the launcher's own uid
  uint32_t landlock; // version of the kernel's Landlock, 0 for none
  int32_t pid;       // the launcher
  uint32_t reserved;
} gs_ready;

typedef struct {
  uint32_t type;   // GS_EVENT_FATAL
  int32_t error;   // errno, or 0
  char text[504];  // NUL-terminated: which mechanism is missing, and what mends it. Read it with gs_fatal_text()
} gs_fatal;

typedef struct {
  uint32_t type;         // GS_EVENT_EXIT
  uint32_t ending;       // GS_ENDING_…
  uint64_t id;
  int32_t code;          // exit status or signal, as the ending says
  uint32_t step;         // GS_STEP_…, when the start failed
  int32_t error;         // errno, when the start failed
  uint32_t breaches;     // bits of GS_BREACH_…
  int64_t cpu_us;        // user and system time of all its processes, in microseconds
  int64_t peak_memory;   // bytes
  uint32_t start;        // GS_START_…: how it was begun
  uint32_t reserved;
} gs_exit;

typedef struct {
  uint32_t type;  // GS_REQUEST_STATUS; answered with one gs_status
} gs_status_request;

// The most inits that wait for the runs of one instance and runtime.
#define GS_WARM_SPARES_MAX 8u

// What is kept ready for an instance's runs of one runtime.
typedef struct {
  uint64_t serial;
  char runtime[GS_RUNTIME_NAME_MAX];
  uint32_t start;     // GS_START_FORK or GS_START_SPARE
  uint32_t network;   // GS_NETWORK_…
  int32_t pid;        // the fork server; 0 while there is none
  uint32_t is_ready;  // it forks
  uint32_t waiting;   // inits that wait for a run
  uint32_t served;    // runs that were given one, ever
  uint32_t missed;    // runs that found none, and were begun by GS_START_EXEC
  uint32_t losses;    // fork servers that died, hung or grew too large
  uint32_t recycled;  // fork servers that were replaced after their number of runs
  uint32_t idle_s;    // since a run needed it
  int64_t memory;     // of the fork server, bytes; -1 for unknown
  int32_t inits[GS_WARM_SPARES_MAX];  // those that wait
} gs_warm_status;

#define GS_WARM_MAX 16u

typedef struct {
  uint32_t type;   // GS_EVENT_STATUS
  uint32_t count;
  gs_warm_status pools[GS_WARM_MAX];
} gs_status;

typedef struct {
  uint32_t type;   // GS_EVENT_REFUSED
  int32_t error;   // errno: EINVAL for a packet that is no request, EEXIST for a start with an id in use
  uint64_t id;     // of the request, 0 if it had none
} gs_refused;

// Head of a specification. The strings follow at once, each with its NUL: the arguments, the environment, the working
// directory (absolute). The first argument is the absolute path of the program inside the sandbox.
typedef struct {
  uint32_t magic;              // GS_SPEC_MAGIC
  uint32_t version;            // GS_PROTOCOL_VERSION
  uint32_t length;             // of head and strings, in bytes: the same as gs_start.spec_length
  uint32_t network;            // GS_NETWORK_…
  int64_t memory;              // bytes
  int64_t disk;                // bytes of /tmp
  int64_t files;               // files and folders in /tmp
  uint64_t serial;             // the instance's serial, 1…GS_SERIAL_MAX
  uint32_t cpu_thousandths;    // 1000 is one processor
  uint32_t processes;          // processes and threads at once, without the sandbox's own init
  uint32_t open_files;         // for each process
  uint32_t argument_count;     // 1…GS_ARGUMENTS_MAX
  uint32_t environment_count;  // 0…GS_ENVIRONMENT_MAX, each "NAME=value"
  uint32_t reserved;           // 0
  char bundle[72];             // 64 lower-case hex digits and zeros, or all zeros for no bundle (an empty /hook)
  char layers[GS_LAYER_COUNT][72];  // the same, by GS_LAYER_…; all zeros leave its folder empty
  // A runtime that the launcher was told to keep ready (--warm), or all zeros. Where none of it is ready, the program is
  // executed as for every other run.
  char runtime[GS_RUNTIME_NAME_MAX];
} gs_spec;

// Makes a memfd that holds these bytes, close-on-exec. Returns the descriptor, or -errno.
int gs_spec_memfd(const void *bytes, size_t length);

// Copies the name into spec->bundle; NULL or "" for no bundle. Returns 0, or -EINVAL.
int gs_spec_set_bundle(gs_spec *spec, const char *name);

// The same for one of its layers.
int gs_spec_set_layer(gs_spec *spec, unsigned layer, const char *name);

// Copies the name into spec->runtime; NULL or "" for none. Returns 0, or -EINVAL.
int gs_spec_set_runtime(gs_spec *spec, const char *name);

// Sends one packet, never blocking and without SIGPIPE. Returns 0, or -errno (-EAGAIN: the socket is full, nothing
// was sent).
int gs_send(int socket, const void *bytes, size_t length, const int *descriptors, size_t count);

// Receives one packet without blocking. The descriptors that came are close-on-exec and now the caller's; *count says
// in how much room there is and out how many came. Returns the length, 0 when the peer has closed, or -errno. A
// packet that is larger than the room, or has too many descriptors, gives -EMSGSIZE and its descriptors are closed;
// -EMFILE is one whose bytes are there, but for whose descriptors this process has no room: they are closed too.
long gs_receive(int socket, void *bytes, size_t room, int *descriptors, size_t *count);

// One connected pair, SOCK_SEQPACKET, both close-on-exec and non-blocking. Returns 0, or -errno.
int gs_socket_pair(int *server, int *launcher);

// Words for a GS_STEP_…, never NULL.
const char *gs_step_name(uint32_t step);

// The text of a gs_fatal packet, never NULL, always terminated.
const char *gs_fatal_text(const gs_fatal *fatal);

// The rule that such a folder breaks, in words, or NULL.
const char *gs_mount_fault(const char *path);

// The launcher's modes; each returns the process's exit status. Used by the grapnel-launcher executable only.
int gs_serve_main(int argc, char **argv);
int gs_probe_main(int argc, char **argv);
int gs_enter_main(int argc, char **argv);

#ifdef __cplusplus
}
#endif

#endif
