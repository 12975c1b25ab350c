// The root that every run copies with its mount namespace: an empty tmpfs with only what programs need, read-only.
//
// The launcher itself lives in it too, so that there is little to copy, and nothing of the host to find by path.
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include "kernel.h"
#include "sandbox.h"

#define READ_ONLY (GS_MOUNT_ATTR_RDONLY | GS_MOUNT_ATTR_NOSUID | GS_MOUNT_ATTR_NODEV)
#define RESOLVER_MAX 65536

// What is taken from the host's top level: programs and their libraries. A link is copied as a link (merged /usr).
static const char *const top_level[] = {"usr", "bin", "sbin", "lib", "lib32", "lib64", "libx32", NULL};
static const char *const devices[] = {"null", "zero", "full", "random", "urandom", NULL};
static const char *const folders[] = {"dev", "proc", "tmp", "hook", "layer", "dependencies",
                                       "runtimes", "var", "run", "etc", "libexec", NULL};

// Kept for the host's name servers only, else -1.
static int host_root = -1;
static struct timespec resolver_time;

// A copy of the host's mount, attached to nothing yet.
static int copy_mount(const char *path, unsigned recursive) {
  int tree = gs_open_tree(AT_FDCWD, path, GS_OPEN_TREE_CLONE | GS_OPEN_TREE_CLOEXEC | recursive);
  return tree >= 0 ? tree : -errno;
}

static int make_folders(int root, const char *path) {
  char part[PATH_MAX];
  if (snprintf(part, sizeof part, "%s", path) >= (int)sizeof part) return -ENAMETOOLONG;
  for (char *slash = part; (slash = strchr(slash + 1, '/')) != NULL;) {
    *slash = 0;
    if (mkdirat(root, part, 0755) != 0 && errno != EEXIST) return -errno;
    *slash = '/';
  }
  return mkdirat(root, part, 0755) == 0 || errno == EEXIST ? 0 : -errno;
}

// Attaches a copy of the host's `path` below the new root, read-only with everything that is mounted in it.
static int bind_read_only(int root, const char *path, const char *target) {
  int tree = copy_mount(path, GS_AT_RECURSIVE);
  if (tree < 0) return tree;
  int result = gs_mount_setattr(tree, "", AT_EMPTY_PATH | GS_AT_RECURSIVE, READ_ONLY) == 0 ? 0 : -errno;
  if (result == 0) result = make_folders(root, target);
  if (result == 0 && gs_attach_mount(tree, root, target) != 0) result = -errno;
  close(tree);
  return result;
}

static int bind_top_level(int root) {
  for (size_t index = 0; top_level[index] != NULL; index++) {
    char path[64], link[PATH_MAX];
    snprintf(path, sizeof path, "/%s", top_level[index]);
    struct stat state;
    if (lstat(path, &state) != 0) continue;
    if (S_ISLNK(state.st_mode)) {
      ssize_t length = readlink(path, link, sizeof link - 1);
      if (length < 0) return -errno;
      link[length] = 0;
      if (symlinkat(link, root, top_level[index]) != 0) return -errno;
    } else if (S_ISDIR(state.st_mode)) {
      int result = bind_read_only(root, path, top_level[index]);
      if (result != 0) return result;
    }
  }
  return 0;
}

static int make_devices(int root) {
  int folder = openat(root, "dev", O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return -errno;
  int result = 0;
  for (size_t index = 0; result == 0 && devices[index] != NULL; index++) {
    char path[64];
    snprintf(path, sizeof path, "/dev/%s", devices[index]);
    int tree = copy_mount(path, 0);
    int place = tree >= 0 ? openat(folder, devices[index], O_CREAT | O_WRONLY | O_CLOEXEC, 0444) : -1;
    if (tree < 0) {
      result = tree;
    } else if (place < 0 || gs_attach_mount(tree, folder, devices[index]) != 0) {
      result = -errno;
    }
    if (place >= 0) close(place);
    if (tree >= 0) close(tree);
  }
  static const char *const links[][2] = {{"/proc/self/fd", "fd"},
                                         {"/proc/self/fd/0", "stdin"},
                                         {"/proc/self/fd/1", "stdout"},
                                         {"/proc/self/fd/2", "stderr"},
                                         {"/tmp/.shm", "shm"}};
  for (size_t index = 0; result == 0 && index < sizeof links / sizeof links[0]; index++) {
    if (symlinkat(links[index][0], folder, links[index][1]) != 0) result = -errno;
  }
  close(folder);
  return result;
}

// The library that interpreters load to be begun ahead of need, if it is beside this program's own file.
static int bind_library(int root) {
  char path[PATH_MAX];
  ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
  path[length > 0 ? length : 0] = 0;
  char *slash = strrchr(path, '/');
  const char *name = strrchr(GS_LIBRARY_PATH, '/');
  if (slash == NULL || (size_t)(slash - path) + strlen(name) >= sizeof path) return 0;
  strcpy(slash, name);
  if (access(path, R_OK) != 0) return 0;
  int tree = copy_mount(path, 0);
  if (tree < 0) return tree;
  int place = openat(root, &GS_LIBRARY_PATH[1], O_CREAT | O_WRONLY | O_CLOEXEC, 0444);
  int result = place >= 0 && gs_mount_setattr(tree, "", AT_EMPTY_PATH, READ_ONLY) == 0 &&
      gs_attach_mount(tree, root, &GS_LIBRARY_PATH[1]) == 0
    ? 0
    : -errno;
  if (place >= 0) close(place);
  close(tree);
  return result;
}

static int make_hidden(int root, const gs_options *options) {
  // A tmpfs of its own, so that one unmount takes all of it away.
  if (mkdirat(root, &GS_HIDDEN[1], 0700) != 0) return -errno;
  if (mount("tmpfs", &GS_HIDDEN[1], "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0700,size=1m") != 0) return -errno;
  int hidden = openat(root, &GS_HIDDEN[1], O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (hidden < 0) return -errno;
  int result = bind_read_only(hidden, options->bundles, "bundles");
  if (result == 0 && options->layers != NULL) result = bind_read_only(hidden, options->layers, "layers");
  if (result == 0 && (mkdirat(hidden, "proc", 0755) != 0)) result = -errno;
  // A user namespace may mount a fresh proc only where one that hides nothing is in sight.
  int proc = result == 0 ? copy_mount("/proc", GS_AT_RECURSIVE) : -1;
  if (result == 0 && proc < 0) result = proc;
  if (result == 0 && gs_attach_mount(proc, hidden, "proc") != 0) result = -errno;
  if (proc >= 0) close(proc);
  if (result == 0) {
    int resolver = openat(hidden, "resolv.conf", O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
    if (resolver < 0) result = -errno;
    if (resolver >= 0) close(resolver);
  }
  close(hidden);
  return result;
}

static int build(int root, const gs_options *options, const char **part) {
  int result = 0;
  *part = "folders";
  for (size_t index = 0; folders[index] != NULL; index++) {
    if (mkdirat(root, folders[index], 0755) != 0) return -errno;
  }
  if (symlinkat("/tmp", root, "var/tmp") != 0) return -errno;
  // Programs that look for their packages in the folders above them find them where they look last.
  if (symlinkat("/dependencies/node_modules", root, "node_modules") != 0) return -errno;
  *part = "programs and libraries";
  if ((result = bind_top_level(root)) != 0) return result;
  *part = "/dev";
  if ((result = make_devices(root)) != 0) return result;
  *part = "/etc";
  int etc = openat(root, "etc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (etc < 0) return -errno;
  result = gs_template_etc(etc);
  close(etc);
  if (result != 0) return result;
  *part = "the runtimes";
  if ((result = bind_read_only(root, options->runtimes, "runtimes")) != 0) return result;
  for (size_t index = 0; index < options->mount_count; index++) {
    *part = options->mounts[index];
    if ((result = bind_read_only(root, options->mounts[index], options->mounts[index] + 1)) != 0) return result;
  }
  *part = "the library of the interpreters";
  if ((result = bind_library(root)) != 0) return result;
  *part = "the bundles";
  return make_hidden(root, options);
}

// Level "user": a user namespace that gives the launcher power over its own namespaces, and over nothing else. It is
// not uid 0 there: then a run without capabilities may be mapped from it, and no switch in /proc belongs to the run.
static int enter_user_namespace(void) {
  char map[48];
  uid_t user = geteuid();
  gid_t group = getegid();
  if (unshare(CLONE_NEWUSER) != 0) return -errno;
  int result = gs_write_small(AT_FDCWD, "/proc/self/setgroups", "deny");
  if (result != 0 && result != -ENOENT) return result;
  snprintf(map, sizeof map, "%d %u 1", GS_INNER_ID, user);
  if ((result = gs_write_small(AT_FDCWD, "/proc/self/uid_map", map)) != 0) return result;
  snprintf(map, sizeof map, "%d %u 1", GS_INNER_ID, group);
  return gs_write_small(AT_FDCWD, "/proc/self/gid_map", map);
}

// An empty tmpfs, attached over "/": paths of this process still start below it, so that it covers nothing of the
// host's.
static int make_root(void) {
  int filesystem = (int)syscall(GS_NR_FSOPEN, "tmpfs", GS_FSOPEN_CLOEXEC);
  if (filesystem < 0) return -errno;
  int root = -1;
  if (syscall(GS_NR_FSCONFIG, filesystem, GS_FSCONFIG_SET_STRING, "mode", "0755", 0) == 0 &&
      syscall(GS_NR_FSCONFIG, filesystem, GS_FSCONFIG_SET_STRING, "size", "32m", 0) == 0 &&
      syscall(GS_NR_FSCONFIG, filesystem, GS_FSCONFIG_CREATE, NULL, NULL, 0) == 0) {
    root = (int)syscall(GS_NR_FSMOUNT, filesystem, GS_FSMOUNT_CLOEXEC, GS_MOUNT_ATTR_NOSUID);
  }
  int error = errno;
  close(filesystem);
  if (root < 0) return -error;
  if (gs_attach_mount(root, AT_FDCWD, "/") == 0) return root;
  error = errno;
  close(root);
  return -error;
}

static int enter_root(int root, const gs_options *options, const char **part) {
  if (fchdir(root) != 0) return -errno;
  int result = build(root, options, part);
  if (result != 0) return result;
  *part = "moving into it";
  if (syscall(SYS_pivot_root, ".", ".") != 0 || umount2(".", MNT_DETACH) != 0 || chdir("/") != 0) return -errno;
  // All that is shared is read-only by now; this is the tmpfs itself, with /etc and the links.
  return gs_mount_setattr(AT_FDCWD, "/", 0, GS_MOUNT_ATTR_RDONLY) == 0 ? 0 : -errno;
}

int gs_template_enter(const gs_options *options, char *why, size_t room) {
  if (options->level == GS_LEVEL_USER) {
    // Its files in /proc are its own only while it is dumpable.
    prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
    int result = enter_user_namespace();
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    if (result != 0) {
      snprintf(
        why, room,
        "an unprivileged user namespace cannot be made; try: sysctl -w kernel.apparmor_restrict_unprivileged_userns=0 "
        "kernel.unprivileged_userns_clone=1 user.max_user_namespaces=10000");
      return result;
    }
  }
  if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) {
    snprintf(why, room, "a private mount namespace cannot be made");
    return -errno;
  }
  const char *part = "an empty root";
  if (options->allow_host_network) {
    host_root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (host_root < 0) return -errno;
  }
  int root = make_root();
  int result = root >= 0 ? enter_root(root, options, &part) : root;
  if (root >= 0) close(root);
  if (result != 0) {
    snprintf(why, room, "the root of the sandboxes cannot be made (%s)", part);
    return result;
  }
  gs_template_refresh_resolver();
  return 0;
}

void gs_template_refresh_resolver(void) {
  static char text[RESOLVER_MAX];
  if (host_root < 0) return;
  // Often a link with an absolute target, which means the host's root.
  int source = gs_openat2(host_root, "etc/resolv.conf", O_RDONLY | O_CLOEXEC | O_NONBLOCK, GS_RESOLVE_IN_ROOT);
  if (source < 0) return;
  struct stat state;
  bool has_changed = fstat(source, &state) == 0 && S_ISREG(state.st_mode) &&
    (state.st_mtim.tv_sec != resolver_time.tv_sec || state.st_mtim.tv_nsec != resolver_time.tv_nsec);
  ssize_t length = has_changed ? read(source, text, sizeof text) : -1;
  close(source);
  if (length < 0) return;
  // Written beside and moved, so that a run which has the old one mounted keeps it whole.
  int target = open(GS_HIDDEN "/resolv.new", O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0644);
  if (target < 0) return;
  bool is_written = write(target, text, (size_t)length) == length;
  close(target);
  if (is_written && rename(GS_HIDDEN "/resolv.new", GS_HIDDEN_RESOLVER) == 0) resolver_time = state.st_mtim;
}
