// The system calls, by what they are for. What is in no list answers ENOSYS.
#ifndef GS_FILTER_CALLS_H
#define GS_FILTER_CALLS_H

#include <stddef.h>

// Everyday calls of programs and language runtimes.
static const char *const gs_calls_of_programs[] = {
  "accept", "accept4", "access", "alarm", "arch_prctl", "bind", "brk", "cachestat", "capget", "chdir", "chmod", "chown",
  "clock_getres", "clock_gettime", "clock_nanosleep", "close", "close_range", "connect", "copy_file_range", "creat",
  "dup", "dup2", "dup3", "epoll_create", "epoll_create1", "epoll_ctl", "epoll_ctl_old", "epoll_pwait", "epoll_pwait2",
  "epoll_wait", "epoll_wait_old", "eventfd", "eventfd2", "execve", "execveat", "exit", "exit_group", "faccessat",
  "faccessat2", "fadvise64", "fallocate", "fchdir", "fchmod", "fchmodat", "fchmodat2", "fchown", "fchownat", "fcntl",
  "fdatasync", "fgetxattr", "flistxattr", "flock", "fork", "fremovexattr", "fsetxattr", "fstat", "fstatfs", "fsync",
  "ftruncate", "futex", "futex_requeue", "futex_wait", "futex_waitv", "futex_wake", "futimesat", "get_robust_list",
  "get_thread_area", "getcpu", "get_mempolicy", "getcwd", "getdents", "getdents64", "getegid", "geteuid", "getgid",
  "getgroups",
  "getitimer", "getpeername", "getpgid", "getpgrp", "getpid", "getppid", "getpriority", "getrandom", "getresgid",
  "getresuid", "getrlimit", "getrusage", "getsid", "getsockname", "getsockopt", "gettid", "gettimeofday", "getuid",
  "getxattr", "inotify_add_watch", "inotify_init", "inotify_init1", "inotify_rm_watch", "ioprio_get", "ioprio_set",
  "kill", "lchown", "lgetxattr", "link", "linkat", "listen", "listxattr", "llistxattr", "lremovexattr", "lseek",
  "lsetxattr", "lstat", "madvise", "map_shadow_stack", "membarrier", "memfd_create", "mincore", "mkdir", "mkdirat",
  "mlock", "mlock2", "mlockall", "mmap", "mprotect", "mremap", "mseal", "msgctl", "msgget", "msgrcv", "msgsnd",
  "msync", "munlock", "munlockall", "munmap",
  "nanosleep", "newfstatat", "open", "openat", "openat2", "pause", "pidfd_open", "pidfd_send_signal", "pipe", "pipe2",
  "pkey_alloc", "pkey_free", "pkey_mprotect", "poll", "ppoll", "prctl", "pread64", "preadv", "preadv2", "prlimit64",
  "process_mrelease", "pselect6", "pwrite64", "pwritev", "pwritev2", "read", "readahead", "readlink", "readlinkat",
  "readv", "recvfrom", "recvmmsg", "recvmsg", "remap_file_pages", "removexattr", "rename", "renameat", "renameat2",
  "restart_syscall", "riscv_flush_icache", "rmdir", "rseq", "rt_sigaction", "rt_sigpending", "rt_sigprocmask",
  "rt_sigqueueinfo", "rt_sigreturn", "rt_sigsuspend", "rt_sigtimedwait", "rt_tgsigqueueinfo", "sched_get_priority_max",
  "sched_get_priority_min", "sched_getaffinity", "sched_getattr", "sched_getparam", "sched_getscheduler",
  "sched_rr_get_interval", "sched_setaffinity", "sched_setattr", "sched_setparam", "sched_setscheduler", "sched_yield",
  "select", "semctl", "semget", "semop", "semtimedop", "sendfile", "sendmmsg", "sendmsg", "sendto", "set_robust_list",
  "set_thread_area", "set_tid_address", "setfsgid", "setfsuid", "setgid", "setitimer", "setpgid", "setpriority",
  "setregid", "setreuid", "setrlimit", "setsid", "setsockopt", "setuid", "setxattr", "shmat", "shmctl", "shmdt",
  "shmget", "shutdown", "sigaltstack", "signalfd", "signalfd4", "splice", "stat", "statfs", "statx",
  "symlink", "symlinkat", "sync_file_range", "sysinfo", "tee", "tgkill", "time", "timer_create",
  "timer_delete", "timer_getoverrun", "timer_gettime", "timer_settime", "timerfd_create", "timerfd_gettime",
  "timerfd_settime", "times", "tkill", "truncate", "ugetrlimit", "umask", "uname", "unlink", "unlinkat", "utime",
  "utimensat", "utimes", "vfork", "vmsplice", "wait4", "waitid", "waitpid", "write", "writev",
  // Refused by the kernel without a capability; programs expect its own answer.
  "setgroups", "setresgid", "setresuid",
  NULL,
};

// As above, with arguments that the run's layer looks at.
static const char *const gs_calls_with_checked_arguments[] = {
  "clone", "clone3", "ioctl", "mknod", "mknodat", "personality", "socket", "socketpair", NULL,
};

// What the launcher and an init need. The run's layer refuses them (EPERM).
static const char *const gs_calls_of_setup[] = {
  "capset", "chroot", "landlock_add_rule", "landlock_create_ruleset", "landlock_restrict_self", "mount",
  "mount_setattr",
  "move_mount", "open_tree", "pivot_root", "seccomp", "sethostname", "setns", "umount2", "unshare",
  NULL,
};

// What nobody here needs: EPERM and not ENOSYS, so that no library takes an older way to the same end.
static const char *const gs_calls_refused[] = {
  "_sysctl", "acct", "add_key", "adjtimex", "bpf", "clock_adjtime", "clock_settime", "delete_module", "fanotify_init",
  "fanotify_mark", "finit_module", "fsconfig", "fsmount", "fsopen", "fspick", "init_module", "io_uring_enter",
  "io_uring_register", "io_uring_setup", "ioperm", "iopl", "kcmp", "kexec_file_load", "kexec_load", "keyctl",
  "lookup_dcookie", "mbind", "migrate_pages", "modify_ldt", "move_pages", "name_to_handle_at", "nfsservctl",
  "open_by_handle_at", "open_tree_attr", "perf_event_open", "pidfd_getfd", "process_madvise", "process_vm_readv",
  "process_vm_writev", "ptrace", "quotactl", "quotactl_fd", "reboot", "request_key", "set_mempolicy",
  "set_mempolicy_home_node", "setdomainname", "settimeofday", "statmount", "listmount", "stime", "swapoff",
  // All the host's disks would have to write: fsync of its own files is what a program means.
  "swapon", "sync", "syncfs", "sysfs", "syslog", "umount", "uselib", "userfaultfd", "vhangup", "vm86", "vm86old", NULL,
};

#endif
