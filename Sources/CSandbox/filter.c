// seccomp in three layers. The base is an allow-list that the launcher takes on itself once and that all its children
// inherit for free; it answers ENOSYS to what it does not know. A second one looks at a few arguments, and comes as
// cheaply. The run's layer is small, because it is compiled anew for every run: it refuses what only the launcher and
// the init need. The strictest answer wins.
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <sched.h>
#include <seccomp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <termios.h>

#include "filter_calls.h"
#include "kernel.h"
#include "sandbox.h"

#define RUN_FILTER_MAX 1024
#define TIOCLINUX_COMMAND 0x541c
// Everything that an ioctl of a socket asks of the network it was made in, or of a device there.
#define NETWORK_COMMANDS_FIRST 0x8910
#define NETWORK_COMMANDS_LAST 0x89ff

// The end of the watched filter.
#define WATCH_LENGTH 5
#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1ul << 5)
#endif

static struct sock_filter run_instructions[RUN_FILTER_MAX];
static struct sock_filter watched_instructions[RUN_FILTER_MAX + WATCH_LENGTH];

static scmp_filter_ctx make_context(uint32_t action) {
  scmp_filter_ctx context = seccomp_init(action);
  if (context == NULL) return NULL;
  // The caller sees to no_new_privs: the launcher itself must not have it. A call of another architecture, or of x32,
  // kills.
  if (seccomp_attr_set(context, SCMP_FLTATR_CTL_NNP, 0) != 0 ||
      seccomp_attr_set(context, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) != 0) {
    seccomp_release(context);
    return NULL;
  }
#ifdef SCMP_FLTATR_CTL_OPTIMIZE
  // A binary tree. An older library has no such thing, and its filter is only slower.
  (void)seccomp_attr_set(context, SCMP_FLTATR_CTL_OPTIMIZE, 2);
#endif
  return context;
}

// Adds a rule for each call that this architecture has.
static int add_all(scmp_filter_ctx context, uint32_t action, const char *const *names) {
  for (size_t index = 0; names[index] != NULL; index++) {
    int number = seccomp_syscall_resolve_name(names[index]);
    if (number < 0) continue;
    int result = seccomp_rule_add(context, action, number, 0);
    if (result != 0 && result != -EEXIST) return result;
  }
  return 0;
}

static int install_list(void) {
  scmp_filter_ctx context = make_context(SCMP_ACT_ERRNO(ENOSYS));
  if (context == NULL) return -ENOMEM;
  int result = add_all(context, SCMP_ACT_ALLOW, gs_calls_of_programs);
  if (result == 0) result = add_all(context, SCMP_ACT_ALLOW, gs_calls_with_checked_arguments);
  if (result == 0) result = add_all(context, SCMP_ACT_ALLOW, gs_calls_of_setup);
  if (result == 0) result = add_all(context, SCMP_ACT_ERRNO(EPERM), gs_calls_refused);
  if (result == 0) result = seccomp_load(context);
  seccomp_release(context);
  return result;
}

static int refuse_if(scmp_filter_ctx context, const char *name, unsigned argument, uint64_t mask, uint64_t value) {
  int number = seccomp_syscall_resolve_name(name);
  if (number < 0) return 0;
  return seccomp_rule_add(
    context, SCMP_ACT_ERRNO(EPERM), number, 1, SCMP_CMP64(argument, SCMP_CMP_MASKED_EQ, mask, value));
}

// As above for every value from `first` to `last`, in as few rules as masks can say it.
static int refuse_between(
  scmp_filter_ctx context, const char *name, unsigned argument, uint64_t ignored, uint64_t first, uint64_t last) {
  int result = 0;
  while (result == 0 && first <= last) {
    uint64_t size = 1;
    while ((first & size) == 0 && first + 2 * size - 1 <= last) size *= 2;
    result = refuse_if(context, name, argument, 0xffffffff & ~ignored & ~(size - 1), first);
    first += size;
  }
  return result;
}

// Of the address families only AF_UNIX (1), AF_INET (2) and AF_INET6 (10) are left, of the kinds SOCK_STREAM (1),
// SOCK_DGRAM (2) and SOCK_SEQPACKET (5), of the protocols none in particular, PF_UNIX or ICMP (1), TCP (6), UDP (17) and
// ICMPv6 (58). The kernel would load a module for any other, on the word of whoever asks.
static int add_socket_checks(scmp_filter_ctx context) {
  static const uint64_t creation_flags = SOCK_CLOEXEC | SOCK_NONBLOCK;
  static const struct {
    unsigned argument;
    uint64_t ignored, first, last;
  } refused[] = {
    {0, 0, 0, 0}, {0, 0, 3, 9}, {1, creation_flags, 3, 4}, {1, creation_flags, 6, 15}, {2, 0, 2, 5}, {2, 0, 7, 16},
    {2, 0, 18, 57},
  };
  int result = 0;
  for (size_t index = 0; result == 0 && index < sizeof refused / sizeof refused[0]; index++) {
    result = refuse_between(
      context, "socket", refused[index].argument, refused[index].ignored, refused[index].first, refused[index].last);
  }
  int number = seccomp_syscall_resolve_name("socket");
  static const struct {
    unsigned argument;
    uint64_t last;
  } bounds[] = {{0, AF_INET6}, {2, IPPROTO_ICMPV6}};
  for (size_t index = 0; result == 0 && index < sizeof bounds / sizeof bounds[0]; index++) {
    result = seccomp_rule_add(
      context, SCMP_ACT_ERRNO(EPERM), number, 1,
      SCMP_CMP64(bounds[index].argument, SCMP_CMP_GT, bounds[index].last, 0));
  }
  if (result == 0) {
    result = seccomp_rule_add(
      context, SCMP_ACT_ERRNO(EPERM), seccomp_syscall_resolve_name("socketpair"), 1,
      SCMP_CMP64(0, SCMP_CMP_NE, AF_UNIX, 0));
  }
  return result;
}

// What the launcher and an init do themselves. The kernel looks at the lower 32 bits of the flags only, so the masks do
// too.
static int add_clone_checks(scmp_filter_ctx context) {
  int result = 0;
  static const uint64_t namespaces[] = {CLONE_NEWNS,  CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC,
                                        CLONE_NEWUSER, CLONE_NEWPID,    CLONE_NEWNET};
  for (size_t index = 0; result == 0 && index < sizeof namespaces / sizeof namespaces[0]; index++) {
    result = refuse_if(context, "clone", 0, namespaces[index], namespaces[index]);
  }
  // The flags of clone3 are behind a pointer where no filter can look; libraries fall back to clone.
  int clone3_number = seccomp_syscall_resolve_name("clone3");
  if (result == 0 && clone3_number >= 0) {
    result = seccomp_rule_add(context, SCMP_ACT_ERRNO(ENOSYS), clone3_number, 0);
  }
  return result;
}

// The kernel looks at the lower 32 bits of these arguments only, so the masks do too.
static int add_argument_checks(scmp_filter_ctx context) {
  int result = add_socket_checks(context);
  static const uint64_t commands[] = {TIOCSTI, TIOCSCTTY, TIOCLINUX_COMMAND};
  for (size_t index = 0; result == 0 && index < sizeof commands / sizeof commands[0]; index++) {
    result = refuse_if(context, "ioctl", 1, 0xffffffff, commands[index]);
  }
  if (result == 0) result = refuse_if(context, "mknod", 1, S_IFMT, S_IFCHR);
  if (result == 0) result = refuse_if(context, "mknod", 1, S_IFMT, S_IFBLK);
  if (result == 0) result = refuse_if(context, "mknodat", 2, S_IFMT, S_IFCHR);
  if (result == 0) result = refuse_if(context, "mknodat", 2, S_IFMT, S_IFBLK);
  // 0xffffffff only asks.
  if (result == 0) {
    result = seccomp_rule_add(
      context, SCMP_ACT_ERRNO(EPERM), seccomp_syscall_resolve_name("personality"), 1,
      SCMP_CMP64(0, SCMP_CMP_NE, 0xffffffff, 0));
  }
  return result;
}

int gs_filter_install_base(void) {
  int result = install_list();
  if (result != 0) return result;
  scmp_filter_ctx context = make_context(SCMP_ACT_ALLOW);
  if (context == NULL) return -ENOMEM;
  result = add_argument_checks(context);
  if (result == 0) result = seccomp_load(context);
  seccomp_release(context);
  return result;
}

int gs_filter_build_run(struct sock_fprog *program) {
  scmp_filter_ctx context = make_context(SCMP_ACT_ALLOW);
  if (context == NULL) return -ENOMEM;
  int result = add_clone_checks(context);
  // The run's end of the host channel was made in the host's network, and would tell of it.
  if (result == 0) result = refuse_between(context, "ioctl", 1, 0, NETWORK_COMMANDS_FIRST, NETWORK_COMMANDS_LAST);
  if (result == 0) result = add_all(context, SCMP_ACT_ERRNO(EPERM), gs_calls_of_setup);
  int descriptor = -1;
  if (result == 0) {
    descriptor = memfd_create("grapnel-filter", MFD_CLOEXEC);
    result = descriptor >= 0 ? seccomp_export_bpf(context, descriptor) : -errno;
  }
  seccomp_release(context);
  ssize_t length = -1;
  if (result == 0) length = pread(descriptor, run_instructions, sizeof run_instructions, 0);
  if (descriptor >= 0) close(descriptor);
  if (result != 0) return result;
  if (length <= 0 || length == (ssize_t)sizeof run_instructions) return -E2BIG;
  program->len = (unsigned short)((size_t)length / sizeof run_instructions[0]);
  program->filter = run_instructions;
  return 0;
}

int gs_filter_build_watched(const struct sock_fprog *program, struct sock_fprog *watched) {
  unsigned length = program->len;
  for (unsigned index = 0; index < length; index++) {
    struct sock_filter *instruction = &watched_instructions[index];
    *instruction = program->filter[index];
    // Whatever is allowed goes on to the end, which looks at the call once more. Such a jump reaches any distance.
    if (instruction->code == (BPF_RET | BPF_K) && instruction->k == SECCOMP_RET_ALLOW) {
      *instruction = (struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA, length - index - 1);
    }
  }
  const struct sock_filter end[WATCH_LENGTH] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 2, 0),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socketpair, 1, 0),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
  };
  memcpy(watched_instructions + length, end, sizeof end);
  watched->len = (unsigned short)(length + WATCH_LENGTH);
  watched->filter = watched_instructions;
  return 0;
}

int gs_filter_install_watched(const struct sock_fprog *watched) {
  // Once the listener has been told, only a deadly signal interrupts the call. A kernel before 5.19 has no such thing.
  unsigned long flags = SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
  long listener = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, watched);
  if (listener < 0 && errno == EINVAL) {
    listener = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, watched);
  }
  return listener >= 0 ? (int)listener : -errno;
}

int gs_filter_install(const struct sock_fprog *program) {
  return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, program) == 0 ? 0 : -errno;
}

int gs_filter_save(const struct sock_fprog *program, const struct sock_fprog *watched) {
  int file = memfd_create("grapnel-filters", MFD_CLOEXEC);
  if (file < 0) return -errno;
  ssize_t length = (ssize_t)(program->len * sizeof program->filter[0]);
  ssize_t watched_length = (ssize_t)(watched->len * sizeof watched->filter[0]);
  if (pwrite(file, program->filter, (size_t)length, 0) == length &&
      pwrite(file, watched->filter, (size_t)watched_length, sizeof run_instructions) == watched_length) {
    return file;
  }
  int error = errno;
  close(file);
  return -error;
}

int gs_filter_load(int file, struct sock_fprog *program, struct sock_fprog *watched) {
  ssize_t length = pread(file, run_instructions, sizeof run_instructions, 0);
  if (length < 0) return -errno;
  ssize_t watched_length = pread(file, watched_instructions, sizeof watched_instructions, sizeof run_instructions);
  if (watched_length < 0) return -errno;
  // The file has a hole between the two; the second says how long the first is.
  unsigned short count = (unsigned short)((size_t)watched_length / sizeof watched_instructions[0]);
  if (length != sizeof run_instructions || count <= WATCH_LENGTH) return -EINVAL;
  *watched = (struct sock_fprog){.len = count, .filter = watched_instructions};
  *program = (struct sock_fprog){.len = (unsigned short)(count - WATCH_LENGTH), .filter = run_instructions};
  return 0;
}
