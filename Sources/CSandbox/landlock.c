// Landlock: extra, where the kernel has it. No device files, and no reach out of the run by signals or abstract
// sockets.
#include <errno.h>
#include <sys/syscall.h>

#include "kernel.h"
#include "sandbox.h"

#define CREATE_RULESET_VERSION 1u
#define ACCESS_MAKE_CHAR (1ull << 6)
#define ACCESS_MAKE_BLOCK (1ull << 11)
#define SCOPE_ABSTRACT_UNIX_SOCKET 1ull
#define SCOPE_SIGNAL 2ull

// The kernel's landlock_ruleset_attr; an older one knows only the first members, and takes a shorter size.
typedef struct {
  uint64_t handled_files;
  uint64_t handled_network;
  uint64_t scoped;
} ruleset_attributes;

int gs_landlock_version(void) {
  long version = syscall(GS_NR_LANDLOCK_CREATE_RULESET, NULL, 0, CREATE_RULESET_VERSION);
  return version > 0 ? (int)version : 0;
}

int gs_landlock_make(int version) {
  if (version < 1) return -1;
  ruleset_attributes attributes = {.handled_files = ACCESS_MAKE_CHAR | ACCESS_MAKE_BLOCK};
  size_t size = sizeof attributes.handled_files;
  if (version >= 6) {
    attributes.scoped = SCOPE_ABSTRACT_UNIX_SOCKET | SCOPE_SIGNAL;
    size = sizeof attributes;
  }
  long ruleset = syscall(GS_NR_LANDLOCK_CREATE_RULESET, &attributes, size, 0);
  return ruleset >= 0 ? (int)ruleset : -errno - 1;
}

int gs_landlock_enforce(int ruleset) {
  return syscall(GS_NR_LANDLOCK_RESTRICT_SELF, ruleset, 0) == 0 ? 0 : -errno;
}
