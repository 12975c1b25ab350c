// System calls that the C library of a supported distribution may lack, by number, with the constants that they need.
#ifndef GS_KERNEL_H
#define GS_KERNEL_H

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

// Numbers from 424 on are the same on every architecture.
enum {
  GS_NR_OPEN_TREE = 428,
  GS_NR_MOVE_MOUNT = 429,
  GS_NR_FSOPEN = 430,
  GS_NR_FSCONFIG = 431,
  GS_NR_FSMOUNT = 432,
  GS_NR_CLONE3 = 435,
  GS_NR_CLOSE_RANGE = 436,
  GS_NR_OPENAT2 = 437,
  GS_NR_MOUNT_SETATTR = 442,
  GS_NR_LANDLOCK_CREATE_RULESET = 444,
  GS_NR_LANDLOCK_RESTRICT_SELF = 446,
};

#define GS_OPEN_TREE_CLONE 1u
#define GS_OPEN_TREE_CLOEXEC O_CLOEXEC
#define GS_AT_RECURSIVE 0x8000u
#define GS_MOVE_MOUNT_F_EMPTY_PATH 4u
#define GS_FSOPEN_CLOEXEC 1u
#define GS_FSMOUNT_CLOEXEC 1u
#define GS_FSCONFIG_SET_STRING 1u
#define GS_FSCONFIG_CREATE 6u
#define GS_MOUNT_ATTR_RDONLY 1u
#define GS_MOUNT_ATTR_NOSUID 2u
#define GS_MOUNT_ATTR_NODEV 4u
#define GS_RESOLVE_NO_MAGICLINKS 2u
#define GS_RESOLVE_NO_SYMLINKS 4u
#define GS_RESOLVE_BENEATH 8u
#define GS_RESOLVE_IN_ROOT 16u
#define GS_CLONE_INTO_CGROUP 0x200000000ull

#ifndef CLONE_NEWCGROUP
#define CLONE_NEWCGROUP 0x02000000
#endif

typedef struct {
  uint64_t set;
  uint64_t clear;
  uint64_t propagation;
  uint64_t userns;
} gs_mount_attributes;

typedef struct {
  uint64_t flags;
  uint64_t mode;
  uint64_t resolve;
} gs_open_how;

typedef struct {
  uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid, set_tid_size, cgroup;
} gs_clone_arguments;

static inline int gs_open_tree(int folder, const char *path, unsigned flags) {
  return (int)syscall(GS_NR_OPEN_TREE, folder, path, flags);
}

// Puts a detached mount on a path.
static inline int gs_attach_mount(int mount, int folder, const char *path) {
  return (int)syscall(GS_NR_MOVE_MOUNT, mount, "", folder, path, GS_MOVE_MOUNT_F_EMPTY_PATH);
}

static inline int gs_mount_setattr(int folder, const char *path, unsigned flags, uint64_t set) {
  gs_mount_attributes attributes = {.set = set};
  return (int)syscall(GS_NR_MOUNT_SETATTR, folder, path, flags, &attributes, sizeof attributes);
}

static inline int gs_openat2(int folder, const char *path, uint64_t flags, uint64_t resolve) {
  gs_open_how how = {.flags = flags, .resolve = resolve};
  return (int)syscall(GS_NR_OPENAT2, folder, path, &how, sizeof how);
}

static inline int gs_close_range(unsigned first, unsigned last) {
  return (int)syscall(GS_NR_CLOSE_RANGE, first, last, 0u);
}

// Like fork, with namespaces; a cgroup of version 2 to be born in, or -1. With CLONE_PARENT the signal of its end is the
// caller's own, and clone3 wants none said.
static inline pid_t gs_clone_process(uint64_t flags, int cgroup) {
  if (cgroup >= 0) {
    gs_clone_arguments arguments = {
      .flags = flags | GS_CLONE_INTO_CGROUP, .exit_signal = (flags & CLONE_PARENT) != 0 ? 0 : 17 /* SIGCHLD */,
      .cgroup = (uint64_t)cgroup};
    return (pid_t)syscall(GS_NR_CLONE3, &arguments, sizeof arguments);
  }
  // The order of the last arguments differs between architectures; all are zero.
  return (pid_t)syscall(SYS_clone, (unsigned long)flags | 17 /* SIGCHLD */, 0ul, 0ul, 0ul, 0ul);
}

#endif
