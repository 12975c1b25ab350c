// The /etc of every sandbox: copies of the few public files that programs look for, and generated ones. Nothing of the
// host's users, secrets or network is in it. Taken when the launcher starts.
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "kernel.h"
#include "sandbox.h"

#define FILES_MAX 4000
#define BYTES_MAX (12ll * 1024 * 1024)
#define DEPTH_MAX 8

typedef struct {
  int files;
  int64_t bytes;
} budget;

// Links at this level are followed: /etc/localtime is one.
static const char *const copied_files[] = {
  "ld.so.cache", "localtime", "timezone", "mime.types", "protocols", "services", "ssl/openssl.cnf", "gai.conf", NULL,
};
static const char *const copied_folders[] = {
  "alternatives", "ssl/certs", "pki/tls/certs", "pki/ca-trust", "ca-certificates", "php", "perl", "python3", "fonts",
  NULL,
};

static const struct {
  const char *name;
  const char *text;
} generated[] = {
  {"passwd",
   "root:x:0:0:root:/tmp:/usr/sbin/nologin\n"
   "hook:x:1000:1000:hook:/tmp:/bin/sh\n"
   "nobody:x:65534:65534:nobody:/tmp:/usr/sbin/nologin\n"},
  {"group", "root:x:0:\nhook:x:1000:\nnogroup:x:65534:\n"},
  {"nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\nservices: files\nprotocols: files\n"},
  {"hosts", "127.0.0.1 localhost grapnel\n::1 localhost ip6-localhost ip6-loopback\n"},
  {"host.conf", "multi on\n"},
  {"hostname", "grapnel\n"},
  {"resolv.conf", ""},
};

static int write_file(int folder, const char *name, const char *bytes, size_t length) {
  int target = openat(folder, name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (target < 0) return -errno;
  int result = 0;
  while (length > 0) {
    ssize_t written = write(target, bytes, length);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      result = -errno;
      break;
    }
    bytes += written;
    length -= (size_t)written;
  }
  close(target);
  return result;
}

// Only what everybody may read is copied; the rest is left out without a word, like what is not there.
static int copy_file(int source_folder, const char *source, int folder, const char *name, int flags, budget *left) {
  static char bytes[BYTES_MAX];
  int descriptor = openat(source_folder, source, O_RDONLY | O_CLOEXEC | O_NONBLOCK | flags);
  if (descriptor < 0) return 0;
  struct stat state;
  int result = 0;
  if (fstat(descriptor, &state) == 0 && S_ISREG(state.st_mode) && (state.st_mode & S_IROTH) != 0 && left->files > 0 &&
      state.st_size <= left->bytes) {
    ssize_t length = read(descriptor, bytes, (size_t)state.st_size);
    if (length == state.st_size) {
      result = write_file(folder, name, bytes, (size_t)length);
      left->files -= 1;
      left->bytes -= length;
    }
  }
  close(descriptor);
  return result;
}

static int copy_folder(int source_parent, const char *source, int parent, const char *name, int depth, budget *left) {
  int source_folder = openat(source_parent, source, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
  DIR *entries = source_folder >= 0 ? fdopendir(source_folder) : NULL;
  if (entries == NULL) {
    if (source_folder >= 0) close(source_folder);
    return 0;
  }
  int result = mkdirat(parent, name, 0755) == 0 || errno == EEXIST ? 0 : -errno;
  int folder = result == 0 ? openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW) : -1;
  if (result == 0 && folder < 0) result = -errno;
  struct dirent *entry;
  while (result == 0 && left->files > 0 && (entry = readdir(entries)) != NULL) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    struct stat state;
    if (fstatat(source_folder, entry->d_name, &state, AT_SYMLINK_NOFOLLOW) != 0) continue;
    if (S_ISREG(state.st_mode)) {
      result = copy_file(source_folder, entry->d_name, folder, entry->d_name, O_NOFOLLOW, left);
    } else if (S_ISDIR(state.st_mode) && depth < DEPTH_MAX) {
      result = copy_folder(source_folder, entry->d_name, folder, entry->d_name, depth + 1, left);
    } else if (S_ISLNK(state.st_mode)) {
      char link[PATH_MAX];
      ssize_t length = readlinkat(source_folder, entry->d_name, link, sizeof link - 1);
      if (length < 0) continue;
      link[length] = 0;
      left->files -= 1;
      if (symlinkat(link, folder, entry->d_name) != 0) result = -errno;
    }
  }
  if (folder >= 0) close(folder);
  closedir(entries);
  return result;
}

// Makes the folders above a name with slashes. Returns 0 or -errno.
static int make_parents(int etc, const char *name) {
  char part[PATH_MAX];
  snprintf(part, sizeof part, "%s", name);
  for (char *slash = part; (slash = strchr(slash + 1, '/')) != NULL; *slash = '/') {
    *slash = 0;
    if (mkdirat(etc, part, 0755) != 0 && errno != EEXIST) return -errno;
  }
  return 0;
}

int gs_template_etc(int etc) {
  budget left = {.files = FILES_MAX, .bytes = BYTES_MAX};
  int host = open("/etc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (host < 0) return -errno;
  int result = 0;
  for (size_t index = 0; result == 0 && copied_files[index] != NULL; index++) {
    result = make_parents(etc, copied_files[index]);
    if (result == 0) result = copy_file(host, copied_files[index], etc, copied_files[index], 0, &left);
  }
  for (size_t index = 0; result == 0 && copied_folders[index] != NULL; index++) {
    result = make_parents(etc, copied_folders[index]);
    if (result == 0) result = copy_folder(host, copied_folders[index], etc, copied_folders[index], 0, &left);
  }
  for (size_t index = 0; result == 0 && index < sizeof generated / sizeof generated[0]; index++) {
    result = write_file(etc, generated[index].name, generated[index].text, strlen(generated[index].text));
  }
  close(host);
  return result;
}
