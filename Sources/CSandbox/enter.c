// "enter": gives up root for good and executes a program. The server is started this way when it was started as root.
//
// The new user may not be able to reach what lies below a folder of root's (a checkout in /root): so the folders that
// the program needs are put below /mnt, in a mount namespace that only it has.
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include "kernel.h"
#include "sandbox.h"

#define BINDS_MAX 32
#define PLACE "/mnt"
#define PROGRAM_NAME ".program"

typedef struct {
  char *source;
  const char *name;
  bool is_read_only;
  int tree;
} bind_mount;

typedef struct {
  long user;
  long group;
  size_t count;
  bind_mount binds[BINDS_MAX];
  char **program;
} request;

static int complain(const char *what, int error) {
  if (error != 0) {
    fprintf(stderr, "grapnel-launcher enter: %s: %s\n", what, strerror(error));
  } else {
    fprintf(stderr, "grapnel-launcher enter: %s\n", what);
  }
  return error != 0 ? 1 : 64;
}

static bool parse_id(const char *text, long *value) {
  char *end = NULL;
  errno = 0;
  *value = strtol(text, &end, 10);
  return errno == 0 && end != text && *end == 0 && *value > 0 && *value < 4294967295l;
}

static bool parse_bind(char *text, bool is_read_only, request *wanted) {
  char *equals = strrchr(text, '=');
  if (equals == NULL || text[0] != '/' || wanted->count == BINDS_MAX) return false;
  const char *name = equals + 1;
  size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");
  if (length == 0 || length > 100 || name[length] != 0) return false;
  *equals = 0;
  for (size_t index = 0; index < wanted->count; index++) {
    if (strcmp(wanted->binds[index].name, name) == 0) return false;
  }
  wanted->binds[wanted->count++] = (bind_mount){.source = text, .name = name, .is_read_only = is_read_only, .tree = -1};
  return true;
}

static bool parse(int argc, char **argv, request *wanted) {
  for (int index = 1; index < argc; index += 2) {
    if (strcmp(argv[index], "--") == 0) {
      wanted->program = argv + index + 1;
      return wanted->user > 0 && wanted->group > 0 && wanted->program[0] != NULL && wanted->program[0][0] == '/';
    }
    if (index + 1 >= argc) return false;
    char *value = argv[index + 1];
    bool is_right = false;
    if (strcmp(argv[index], "--uid") == 0) is_right = parse_id(value, &wanted->user);
    if (strcmp(argv[index], "--gid") == 0) is_right = parse_id(value, &wanted->group);
    if (strcmp(argv[index], "--bind") == 0) is_right = parse_bind(value, false, wanted);
    if (strcmp(argv[index], "--bind-ro") == 0) is_right = parse_bind(value, true, wanted);
    if (!is_right) return false;
  }
  return false;
}

static int copy_tree(bind_mount *bind) {
  int folder = open(bind->source, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return -errno;
  bind->tree = gs_open_tree(
    folder, "", GS_OPEN_TREE_CLONE | GS_OPEN_TREE_CLOEXEC | AT_EMPTY_PATH | GS_AT_RECURSIVE);
  int result = bind->tree >= 0 ? 0 : -errno;
  close(folder);
  uint64_t flags = GS_MOUNT_ATTR_NOSUID | GS_MOUNT_ATTR_NODEV | (bind->is_read_only ? GS_MOUNT_ATTR_RDONLY : 0);
  if (result == 0 && gs_mount_setattr(bind->tree, "", AT_EMPTY_PATH | GS_AT_RECURSIVE, flags) != 0) result = -errno;
  return result;
}

// Puts all folders on their places. The copies are taken before /mnt is covered, in case one is of a folder in it.
static int mount_all(request *wanted) {
  char words[PATH_MAX + 64];
  for (size_t index = 0; index < wanted->count; index++) {
    int result = copy_tree(&wanted->binds[index]);
    if (result == 0) continue;
    snprintf(words, sizeof words, "cannot use the folder %s", wanted->binds[index].source);
    return complain(words, -result);
  }
  if (mount("tmpfs", PLACE, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0755,size=64k") != 0) {
    return complain("cannot mount on " PLACE, errno);
  }
  int place = open(PLACE, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (place < 0) return complain(PLACE, errno);
  int result = 0;
  for (size_t index = 0; result == 0 && index < wanted->count; index++) {
    bind_mount *bind = &wanted->binds[index];
    if (mkdirat(place, bind->name, 0755) != 0 || gs_attach_mount(bind->tree, place, bind->name) != 0) {
      result = complain(bind->source, errno);
    }
    close(bind->tree);
  }
  if (result == 0 && gs_mount_setattr(place, "", AT_EMPTY_PATH, GS_MOUNT_ATTR_RDONLY) != 0) {
    result = complain(PLACE, errno);
  }
  close(place);
  return result;
}

static int give_up_root(const request *wanted) {
  uid_t user = (uid_t)wanted->user;
  gid_t group = (gid_t)wanted->group;
  int result = gs_drop_bounding_set(gs_last_capability());
  if (result != 0) return complain("cannot empty the bounding set", -result);
  if (syscall(SYS_setgroups, 0, NULL) != 0 || syscall(SYS_setresgid, group, group, group) != 0 ||
      syscall(SYS_setresuid, user, user, user) != 0) {
    return complain("cannot change the user", errno);
  }
  if ((result = gs_drop_capabilities()) != 0) return complain("cannot drop the capabilities", -result);
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return complain("no_new_privs", errno);
  if (syscall(SYS_setresuid, -1, 0, -1) == 0) return complain("root could be taken back", EPERM);
  return 0;
}

int gs_enter_main(int argc, char **argv) {
  static request wanted;
  if (!parse(argc, argv, &wanted)) {
    return complain("needs --uid, --gid (not 0), --bind[-ro] /SOURCE=NAME as often as needed, and -- /PROGRAM", 0);
  }
  if (geteuid() != 0) return complain("must be started as root", EPERM);
  // Opened now: the new user may be unable to reach it.
  int program = open(wanted.program[0], O_RDONLY | O_CLOEXEC);
  if (program < 0) return complain(wanted.program[0], errno);
  static char folder[PATH_MAX], copy[PATH_MAX], path[PATH_MAX];
  if (realpath(wanted.program[0], copy) == NULL) return complain(wanted.program[0], errno);
  snprintf(folder, sizeof folder, "%s", copy);
  snprintf(path, sizeof path, "%s/%s/%s", PLACE, PROGRAM_NAME, basename(copy));
  if (wanted.count == BINDS_MAX) return complain("too many folders", 0);
  // Its folder too: what it finds beside itself must be in reach.
  wanted.binds[wanted.count++] =
    (bind_mount){.source = dirname(folder), .name = PROGRAM_NAME, .is_read_only = true, .tree = -1};
  // Slave, not private: what the host unmounts goes away here too.
  if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) != 0) {
    return complain("cannot make a mount namespace", errno);
  }
  int result = mount_all(&wanted);
  if (result != 0) return result;
  if ((result = give_up_root(&wanted)) != 0) return result;
  execv(path, wanted.program);
  if (errno == EACCES) syscall(SYS_execveat, program, "", wanted.program, environ, AT_EMPTY_PATH);
  return complain(wanted.program[0], errno);
}
