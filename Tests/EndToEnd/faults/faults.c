// A library that is loaded into the launcher before its C library and lets calls fail on demand: every Nth of a kind, as a
// file says that the test and the launcher share. The launcher itself knows nothing of it.
//
//   cc -shared -fPIC -o faults.so faults.c; GRAPNEL_FAULTS=FILE LD_PRELOAD=faults.so grapnel-launcher …
//
// The file is an array of `fault`. A kind whose `every` is 0 does not fail.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

typedef struct {
  char kind[24];
  uint32_t error;          // the errno that it fails with
  atomic_uint every;       // 0 for never
  atomic_uint calls;       // since the start
  atomic_uint failures;
} fault;

#define FAULTS_MAX 64

static fault *faults;

__attribute__((constructor)) static void open_file(void) {
  const char *path = getenv("GRAPNEL_FAULTS");
  int file = path != NULL ? open(path, O_RDWR | O_CLOEXEC) : -1;
  if (file < 0) return;
  void *memory = mmap(NULL, sizeof(fault) * FAULTS_MAX, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (memory != MAP_FAILED) faults = memory;
  close(file);
}

// Whether this call is to fail; sets errno.
static int fails(const char *kind) {
  if (faults == NULL) return 0;
  for (int index = 0; index < FAULTS_MAX && faults[index].kind[0] != 0; index++) {
    fault *each = &faults[index];
    if (strcmp(each->kind, kind) != 0) continue;
    unsigned every = atomic_load(&each->every);
    if (every == 0 || (atomic_fetch_add(&each->calls, 1) + 1) % every != 0) return 0;
    atomic_fetch_add(&each->failures, 1);
    errno = (int)each->error;
    return 1;
  }
  return 0;
}

// The function of the C library that this library's stands before. Found before anything forks, or by an earlier call of
// another library's constructor.
#define REAL(type, name, ...) \
  static type (*real_##name)(__VA_ARGS__); \
  __attribute__((constructor)) static void find_##name(void) { \
    void *found = dlsym(RTLD_NEXT, #name); \
    memcpy(&real_##name, &found, sizeof found); \
  } \
  static inline void need_##name(void) { \
    if (real_##name == NULL) find_##name(); \
  }

REAL(int, mount, const char *, const char *, const char *, unsigned long, const void *)
int mount(const char *source, const char *target, const char *kind, unsigned long flags, const void *data) {
  need_mount();
  return fails("mount") ? -1 : real_mount(source, target, kind, flags, data);
}

REAL(int, umount2, const char *, int)
int umount2(const char *target, int flags) {
  need_umount2();
  return fails("umount2") ? -1 : real_umount2(target, flags);
}

REAL(int, unshare, int)
int unshare(int flags) {
  need_unshare();
  const char *kind = (flags & CLONE_NEWUSER) != 0 ? "unshare user" : (flags & CLONE_NEWNET) != 0 ? "unshare net"
    : (flags & CLONE_NEWNS) != 0 ? "unshare mount" : "unshare cgroup";
  return fails(kind) ? -1 : real_unshare(flags);
}

REAL(int, clone, int (*)(void *), void *, int, void *, ...)
int clone(int (*function)(void *), void *stack, int flags, void *argument, ...) {
  need_clone();
  return fails("clone user") ? -1 : real_clone(function, stack, flags, argument);
}

REAL(int, setns, int, int)
int setns(int descriptor, int kinds) {
  need_setns();
  return fails("setns") ? -1 : real_setns(descriptor, kinds);
}

REAL(int, setrlimit, __rlimit_resource_t, const struct rlimit *)
int setrlimit(__rlimit_resource_t resource, const struct rlimit *limit) {
  need_setrlimit();
  return fails("setrlimit") ? -1 : real_setrlimit(resource, limit);
}

REAL(int, sethostname, const char *, size_t)
int sethostname(const char *name, size_t length) {
  need_sethostname();
  return fails("sethostname") ? -1 : real_sethostname(name, length);
}

REAL(int, chdir, const char *)
int chdir(const char *path) {
  need_chdir();
  return fails("chdir") ? -1 : real_chdir(path);
}

REAL(int, mkdir, const char *, mode_t)
int mkdir(const char *path, mode_t mode) {
  need_mkdir();
  return fails("mkdir") ? -1 : real_mkdir(path, mode);
}

REAL(int, mkdirat, int, const char *, mode_t)
int mkdirat(int folder, const char *path, mode_t mode) {
  need_mkdirat();
  return fails("mkdirat") ? -1 : real_mkdirat(folder, path, mode);
}

REAL(int, dup2, int, int)
int dup2(int from, int to) {
  need_dup2();
  return fails("dup2") ? -1 : real_dup2(from, to);
}

REAL(int, socketpair, int, int, int, int[2])
int socketpair(int family, int kind, int protocol, int pair[2]) {
  need_socketpair();
  return fails("socketpair") ? -1 : real_socketpair(family, kind, protocol, pair);
}

REAL(int, eventfd, unsigned, int)
int eventfd(unsigned value, int flags) {
  need_eventfd();
  return fails("eventfd") ? -1 : real_eventfd(value, flags);
}

REAL(ssize_t, sendmsg, int, const struct msghdr *, int)
ssize_t sendmsg(int socket, const struct msghdr *message, int flags) {
  need_sendmsg();
  return fails("sendmsg") ? -1 : real_sendmsg(socket, message, flags);
}

REAL(ssize_t, pread, int, void *, size_t, off_t)
ssize_t pread(int file, void *bytes, size_t count, off_t offset) {
  need_pread();
  return fails("pread") ? -1 : real_pread(file, bytes, count, offset);
}

REAL(int, execve, const char *, char *const *, char *const *)
int execve(const char *path, char *const *arguments, char *const *environment) {
  need_execve();
  return fails("execve") ? -1 : real_execve(path, arguments, environment);
}

static const char *kind_of(long number, long argument) {
  switch (number) {
    case SYS_clone: return "clone init";
    case 435: return "clone init";
    case 428: return "open_tree";
    case 429: return "move_mount";
    case 442: return "mount_setattr";
    case 436: return "close_range";
    case 437: return "openat2";
    case SYS_capset: return "capset";
    case SYS_setresuid: return "setresuid";
    case SYS_seccomp: return "seccomp";
    case 446: return "landlock";
    default: return "";
  }
}

REAL(long, syscall, long, ...)
long syscall(long number, ...) {
  need_syscall();
  va_list list;
  va_start(list, number);
  long given[6];
  for (int index = 0; index < 6; index++) given[index] = va_arg(list, long);
  va_end(list);
  if (fails(kind_of(number, given[0]))) return -1;
  return real_syscall(number, given[0], given[1], given[2], given[3], given[4], given[5]);
}
