#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>
#include <uv.h>

// Names the calling thread; `prctl` has variable arguments, which Swift cannot pass. At most 15 bytes are kept.
static inline void gs_name_thread(const char *name) {
  prctl(PR_SET_NAME, name);
}

// A variable of the Swift runtime (stdlib/public/Concurrency/GlobalExecutor): a function that is given each job for the
// pool of threads, and the function that would put it there.
extern void *swift_task_enqueueGlobal_hook;

static inline void gs_set_enqueue_hook(void *hook) {
  __atomic_store_n(&swift_task_enqueueGlobal_hook, hook, __ATOMIC_RELEASE);
}

// Marks every open descriptor from `first` on as close-on-exec (Linux 5.11). 0, or -1 and errno.
static inline int gs_close_on_exec_from(unsigned first) {
  return (int)syscall(SYS_close_range, first, ~0u, 4u /* CLOSE_RANGE_CLOEXEC */);
}

// Makes all that was written to a file system durable. 0, or -1 and errno.
static inline int gs_sync_file_system(int descriptor) {
  return (int)syscall(SYS_syncfs, descriptor);
}
