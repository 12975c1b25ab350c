#include "grapnel_channels.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

// SO_PASSRIGHTS, which no C library of a supported distribution knows yet.
#define PASSRIGHTS 83

int gs_channel_pipe(int ends[2]) {
  if (pipe2(ends, O_CLOEXEC) != 0) return -errno;
  // A run may have another user id than the server: then only this lets it open /dev/stdout or /dev/fd/3 by name. Nobody
  // gets at a pipe's name who does not have the pipe.
  if (fchmod(ends[0], 0666) == 0) return 0;
  int error = errno;
  close(ends[0]);
  close(ends[1]);
  return -error;
}

int gs_channel_sockets(int ends[2]) {
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return -errno;
  // Both belong to the host's network, whose abstract names a run could take. A socket has one name for life, so the
  // run's end gets one from the kernel, by which nobody can connect: it never listens.
  struct sockaddr_un unnamed = {.sun_family = AF_UNIX};
  if (bind(ends[1], (struct sockaddr *)&unnamed, sizeof unnamed.sun_family) != 0) {
    int error = errno;
    close(ends[0]);
    close(ends[1]);
    return -error;
  }
  // The host takes no descriptors, and with this (Linux 6.16) none even wait for it. Before it, they go when they are
  // read past.
  int none = 0;
  (void)setsockopt(ends[0], SOL_SOCKET, PASSRIGHTS, &none, sizeof none);
  return 0;
}

int gs_channel_memory(const void *bytes, size_t length) {
  int descriptor = memfd_create("payload", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (descriptor < 0) return -errno;
  const char *rest = bytes;
  while (length > 0) {
    ssize_t written = write(descriptor, rest, length);
    if (written < 0) {
      if (errno == EINTR) continue;
      int error = errno;
      close(descriptor);
      return -error;
    }
    rest += written;
    length -= (size_t)written;
  }
  if (fcntl(descriptor, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) < 0 ||
      lseek(descriptor, 0, SEEK_SET) < 0) {
    int error = errno;
    close(descriptor);
    return -error;
  }
  return descriptor;
}

int gs_channel_set_nonblocking(int descriptor) {
  int flags = fcntl(descriptor, F_GETFL);
  if (flags < 0 || fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) < 0) return -errno;
  return 0;
}
