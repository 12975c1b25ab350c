// Each call is made by a child of its own, because some are answered with death. None may be let through.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static char zeros[4096];

// A call and its arguments; `-1` as the number ends the table.
typedef struct {
  const char *name;
  long number;
  uintptr_t arguments[6];
} attempt;

#define TEXT(text) ((uintptr_t)(text))
#define HERE ((uintptr_t)AT_FDCWD)

static const attempt calls[] = {
  {"setns", SYS_setns, {0, 0}},
  {"unshare user", SYS_unshare, {CLONE_NEWUSER}},
  {"unshare mount", SYS_unshare, {CLONE_NEWNS}},
  {"unshare net", SYS_unshare, {CLONE_NEWNET}},
  {"unshare pid", SYS_unshare, {CLONE_NEWPID}},
  {"unshare time", SYS_unshare, {0x80}},
  {"unshare files", SYS_unshare, {CLONE_FILES}},
  {"mount", SYS_mount, {TEXT("none"), TEXT("/tmp"), TEXT("tmpfs"), 0, 0}},
  {"mount bind", SYS_mount, {TEXT("/"), TEXT("/tmp"), 0, 0x1000, 0}},
  {"mount remount", SYS_mount, {TEXT("none"), TEXT("/hook"), 0, 0x20 | 0x1000, 0}},
  {"umount", SYS_umount2, {TEXT("/proc/sys"), 2}},
  {"move_mount", SYS_move_mount, {HERE, TEXT("/tmp"), HERE, TEXT("/hook"), 0}},
  {"open_tree", SYS_open_tree, {HERE, TEXT("/tmp"), 1}},
  {"fsopen", SYS_fsopen, {TEXT("tmpfs"), 0}},
  {"fspick", SYS_fspick, {HERE, TEXT("/hook"), 0}},
  {"mount_setattr", 442, {HERE, TEXT("/hook"), 0, TEXT(zeros), 32}},
  {"open_tree_attr", 467, {HERE, TEXT("/hook"), 1, TEXT(zeros), 32}},
  {"statmount", 457, {TEXT(zeros), TEXT(zeros), 512, 0}},
  {"pivot_root", SYS_pivot_root, {TEXT("/tmp"), TEXT("/tmp")}},
  {"chroot", SYS_chroot, {TEXT("/tmp")}},
  {"ptrace traceme", SYS_ptrace, {PTRACE_TRACEME, 0, 0, 0}},
  {"ptrace init", SYS_ptrace, {PTRACE_SEIZE, 1, 0, 0}},
  {"process_vm_readv", SYS_process_vm_readv, {1, 0, 0, 0, 0, 0}},
  {"process_vm_writev", SYS_process_vm_writev, {1, 0, 0, 0, 0, 0}},
  {"process_madvise", SYS_process_madvise, {0, 0, 0, 0, 0}},
  {"pidfd_getfd", SYS_pidfd_getfd, {0, 0, 0}},
  {"kcmp", SYS_kcmp, {1, 1, 0, 0, 0}},
  {"keyctl session", SYS_keyctl, {1, 0, 0, 0, 0}},
  {"keyctl persistent", SYS_keyctl, {22, (uintptr_t)-1, (uintptr_t)-2, 0, 0}},
  {"add_key", SYS_add_key, {TEXT("user"), TEXT("grapnel"), TEXT("x"), 1, (uintptr_t)-4}},
  {"request_key", SYS_request_key, {TEXT("user"), TEXT("grapnel"), 0, (uintptr_t)-4}},
  {"io_uring_setup", SYS_io_uring_setup, {8, TEXT(zeros)}},
  {"io_uring_enter", SYS_io_uring_enter, {0, 0, 0, 0, 0, 0}},
  {"io_uring_register", SYS_io_uring_register, {0, 0, 0, 0}},
  {"bpf map", SYS_bpf, {0, TEXT(zeros), 128}},
  {"bpf program", SYS_bpf, {5, TEXT(zeros), 128}},
  {"perf_event_open", SYS_perf_event_open, {TEXT(zeros), 0, (uintptr_t)-1, (uintptr_t)-1, 0}},
  {"userfaultfd", SYS_userfaultfd, {1}},
  {"kexec_load", SYS_kexec_load, {0, 0, 0, 0}},
  {"kexec_file_load", SYS_kexec_file_load, {0, 0, 0, 0, 0}},
  {"init_module", SYS_init_module, {0, 0, TEXT("")}},
  {"finit_module", SYS_finit_module, {0, TEXT(""), 0}},
  {"delete_module", SYS_delete_module, {TEXT("x"), 0}},
  {"reboot", SYS_reboot, {0, 0, 0, 0}},
  {"swapon", SYS_swapon, {TEXT("/tmp/x"), 0}},
  {"acct", SYS_acct, {0}},
  {"quotactl", SYS_quotactl, {0, 0, 0, 0}},
  {"iopl", SYS_iopl, {3}},
  {"ioperm", SYS_ioperm, {0, 1, 1}},
  {"modify_ldt", SYS_modify_ldt, {1, TEXT(zeros), 16}},
  {"name_to_handle_at", SYS_name_to_handle_at, {HERE, TEXT("/"), TEXT(zeros), TEXT(zeros), 0}},
  {"open_by_handle_at", SYS_open_by_handle_at, {HERE, TEXT(zeros), 0}},
  {"syslog", SYS_syslog, {3, TEXT(zeros), 16}},
  {"settimeofday", SYS_settimeofday, {TEXT(zeros), 0}},
  {"clock_settime", SYS_clock_settime, {0, TEXT(zeros)}},
  {"adjtimex", SYS_adjtimex, {TEXT(zeros)}},
  {"sethostname", SYS_sethostname, {TEXT("x"), 1}},
  {"setdomainname", SYS_setdomainname, {TEXT("x"), 1}},
  {"fanotify_init", SYS_fanotify_init, {0, 0}},
  {"vhangup", SYS_vhangup, {0}},
  {"sync", SYS_syncfs, {0}},
  {"mbind", SYS_mbind, {0, 0, 0, 0, 0, 0}},
  {"move_pages", SYS_move_pages, {0, 0, 0, 0, 0, 0}},
  {"lookup_dcookie", SYS_lookup_dcookie, {0, 0, 0}},
  {"seccomp", SYS_seccomp, {1, 0, 0}},
  {"landlock_create_ruleset", 444, {0, 0, 1}},
  {"landlock_restrict_self", 446, {0, 0}},
  {"setuid", SYS_setuid, {0}},
  {"setgid", SYS_setgid, {0}},
  {"setresuid", SYS_setresuid, {0, 0, 0}},
  {"setgroups", SYS_setgroups, {1, TEXT(zeros)}},
  {"chown", SYS_chown, {TEXT("/tmp"), 0, 0}},
  {"mknod character", SYS_mknod, {TEXT("/tmp/grapnel-leftover"), S_IFCHR | 0666, 0x103}},
  {"mknod block", SYS_mknod, {TEXT("/tmp/grapnel-leftover"), S_IFBLK | 0666, 0x800}},
  {"mknodat memory", SYS_mknodat, {HERE, TEXT("/tmp/grapnel-leftover"), S_IFCHR | 0666, 0x101}},
  {"personality", SYS_personality, {0x0040000}},
  {"priority", SYS_setpriority, {PRIO_PROCESS, 0, (uintptr_t)-20}},
  {"clone user", SYS_clone, {CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0}},
  {"clone mount", SYS_clone, {CLONE_NEWNS | SIGCHLD, 0, 0, 0, 0}},
  {"clone cgroup", SYS_clone, {CLONE_NEWCGROUP | SIGCHLD, 0, 0, 0, 0}},
  {"clone3", SYS_clone3, {TEXT(zeros), 88}},
  {"x32 getpid", 0x40000000 | 39, {0}},
  {"x32 execve", 0x40000000 | 520, {0, 0, 0}},
  {"no such call", 9999, {0}},
  {NULL, -1, {0}},
};

static void tell(const char *name, pid_t child) {
  int status;
  waitpid(child, &status, 0);
  if (WIFSIGNALED(status)) {
    printf("refused %s signal %d\n", name, WTERMSIG(status));
  } else if (WEXITSTATUS(status) == 0) {
    printf("BREACH %s\n", name);
  } else {
    printf("refused %s %s\n", name, strerrorname_np(WEXITSTATUS(status)));
  }
  fflush(stdout);
}

static void call(const attempt *made) {
  pid_t child = fork();
  if (child == 0) {
    const uintptr_t *with = made->arguments;
    long result = syscall(made->number, with[0], with[1], with[2], with[3], with[4], with[5]);
    _exit(result >= 0 ? 0 : errno);
  }
  tell(made->name, child);
}

static void open_sockets(void) {
  static const struct {
    const char *name;
    int family, kind, protocol;
  } sockets[] = {
    {"AF_NETLINK", AF_NETLINK, SOCK_RAW, 0}, {"AF_PACKET", AF_PACKET, SOCK_RAW, 0},
    {"AF_PACKET datagram", AF_PACKET, SOCK_DGRAM, 0}, {"AF_ALG", AF_ALG, SOCK_SEQPACKET, 0},
    {"AF_VSOCK", AF_VSOCK, SOCK_STREAM, 0}, {"AF_BLUETOOTH", AF_BLUETOOTH, SOCK_RAW, 1},
    {"AF_CAN", AF_CAN, SOCK_RAW, 1}, {"AF_KEY", AF_KEY, SOCK_RAW, 2}, {"AF_XDP", AF_XDP, SOCK_RAW, 0},
    {"AF_RDS", AF_RDS, SOCK_SEQPACKET, 0}, {"AF_TIPC", AF_TIPC, SOCK_SEQPACKET, 0},
    {"AF_RXRPC", AF_RXRPC, SOCK_DGRAM, 2}, {"AF_PPPOX", AF_PPPOX, SOCK_STREAM, 0}, {"AF_NFC", AF_NFC, SOCK_SEQPACKET, 0},
    {"AF_SMC", 43, SOCK_STREAM, 0}, {"AF_QIPCRTR", 42, SOCK_DGRAM, 0}, {"AF_IPX", AF_IPX, SOCK_DGRAM, 0},
    {"raw IP", AF_INET, SOCK_RAW, 1}, {"raw IPv6", AF_INET6, SOCK_RAW, 58},
    {"SCTP", AF_INET, SOCK_STREAM, 132}, {"SCTP packets", AF_INET, SOCK_SEQPACKET, 132}, {"DCCP", AF_INET, 6, 33},
    {"DCCP of no protocol", AF_INET6, 6, 0}, {"UDP-Lite", AF_INET, SOCK_DGRAM, 136}, {"MPTCP", AF_INET, SOCK_STREAM, 262},
  };
  for (size_t index = 0; index < sizeof sockets / sizeof sockets[0]; index++) {
    pid_t child = fork();
    if (child == 0) {
      int made = socket(sockets[index].family, sockets[index].kind, sockets[index].protocol);
      _exit(made >= 0 ? 0 : errno);
    }
    tell(sockets[index].name, child);
  }
  pid_t child = fork();
  int pair[2];
  if (child == 0) _exit(socketpair(AF_TIPC, SOCK_SEQPACKET, 0, pair) == 0 ? 0 : errno);
  tell("a pair of AF_TIPC", child);
}

// What a 32-bit program does. The page is written first and executed then.
static void call_as_32_bits(void) {
  pid_t child = fork();
  if (child == 0) {
    static const unsigned char code[] = {0xb8, 20, 0, 0, 0, 0xcd, 0x80, 0xc3};  // mov eax, getpid; int 0x80; ret
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memcpy(page, code, sizeof code);
    int (*function)(void);
    memcpy(&function, &page, sizeof function);
    _exit(function() > 0 ? 0 : ENOSYS);
  }
  tell("int 0x80", child);
}

static void use_terminals(void) {
  static const struct {
    const char *name;
    unsigned long command;
  } commands[] = {{"TIOCSTI", TIOCSTI}, {"TIOCSCTTY", TIOCSCTTY}, {"TIOCLINUX", 0x541c},
                  {"TIOCSTI with upper bits", TIOCSTI | 0x100000000}};
  for (size_t index = 0; index < sizeof commands / sizeof commands[0]; index++) {
    pid_t child = fork();
    if (child == 0) {
      char letter = 'x';
      int terminal = open("/dev/tty", O_RDWR);
      _exit(syscall(SYS_ioctl, terminal >= 0 ? terminal : 0, commands[index].command, &letter) >= 0 ? 0 : errno);
    }
    tell(commands[index].name, child);
  }
}

static void look_at_others(void) {
  const char *list = getenv("PARAM_PROCESSES");
  for (const char *word = list; word != NULL && *word != 0; word = strchr(word, ',') ? strchr(word, ',') + 1 : NULL) {
    pid_t other = atoi(word);
    pid_t child = fork();
    if (child == 0) {
      struct iovec own = {.iov_base = zeros, .iov_len = 16}, there = {.iov_base = (void *)0x400000, .iov_len = 16};
      if (process_vm_readv(other, &own, 1, &there, 1, 0) >= 0) _exit(0);
      if (ptrace(PTRACE_ATTACH, other, NULL, NULL) == 0) _exit(0);
      struct rlimit limits;
      if (prlimit(other, RLIMIT_NOFILE, NULL, &limits) == 0) _exit(0);
      if (sched_setaffinity(other, 8, (cpu_set_t *)zeros) == 0) _exit(0);
      _exit(errno);
    }
    tell("process of the host", child);
  }
}

int main(void) {
  for (const attempt *made = calls; made->name != NULL; made++) call(made);
  open_sockets();
  call_as_32_bits();
  use_terminals();
  look_at_others();
  // What programs need, on the other hand, works.
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0 && socket(AF_UNIX, SOCK_SEQPACKET, 0) >= 0 &&
      socket(AF_INET, SOCK_STREAM, 6) >= 0 && socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 17) >= 0 &&
      socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0) >= 0) {
    puts("done");
  }
  return 0;
}
