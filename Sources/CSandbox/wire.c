// Both ends of the socket between the server and the launcher.
#include "grapnel_sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define DESCRIPTORS_MAX 16

int gs_spec_memfd(const void *bytes, size_t length) {
  int descriptor = memfd_create("grapnel-spec", MFD_CLOEXEC);
  if (descriptor < 0) return -errno;
  size_t written = 0;
  while (written < length) {
    ssize_t count = write(descriptor, (const char *)bytes + written, length - written);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) {
      int error = count < 0 ? errno : EIO;
      close(descriptor);
      return -error;
    }
    written += (size_t)count;
  }
  return descriptor;
}

static int set_name(char *place, size_t room, const char *name) {
  memset(place, 0, room);
  if (name == NULL || name[0] == 0) return 0;
  if (strlen(name) != GS_BUNDLE_NAME_LENGTH) return -EINVAL;
  memcpy(place, name, GS_BUNDLE_NAME_LENGTH);
  return 0;
}

int gs_spec_set_bundle(gs_spec *spec, const char *name) { return set_name(spec->bundle, sizeof spec->bundle, name); }

int gs_spec_set_layer(gs_spec *spec, unsigned layer, const char *name) {
  return layer < GS_LAYER_COUNT ? set_name(spec->layers[layer], sizeof spec->layers[layer], name) : -EINVAL;
}

int gs_spec_set_runtime(gs_spec *spec, const char *name) {
  memset(spec->runtime, 0, sizeof spec->runtime);
  if (name == NULL) return 0;
  size_t length = strlen(name);
  if (length >= sizeof spec->runtime) return -EINVAL;
  memcpy(spec->runtime, name, length);
  return 0;
}

int gs_send(int socket, const void *bytes, size_t length, const int *descriptors, size_t count) {
  if (count > DESCRIPTORS_MAX) return -EINVAL;
  struct iovec vector = {.iov_base = (void *)bytes, .iov_len = length};
  union {
    char bytes[CMSG_SPACE(sizeof(int) * DESCRIPTORS_MAX)];
    struct cmsghdr alignment;
  } control = {{0}};
  struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
  if (count > 0) {
    message.msg_control = control.bytes;
    message.msg_controllen = CMSG_SPACE(sizeof(int) * count);
    struct cmsghdr *head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(sizeof(int) * count);
    memcpy(CMSG_DATA(head), descriptors, sizeof(int) * count);
  }
  ssize_t sent;
  do sent = sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
  while (sent < 0 && errno == EINTR);
  if (sent < 0) return -errno;
  return (size_t)sent == length ? 0 : -EMSGSIZE;
}

long gs_receive(int socket, void *bytes, size_t room, int *descriptors, size_t *count) {
  struct iovec vector = {.iov_base = bytes, .iov_len = room};
  union {
    char bytes[CMSG_SPACE(sizeof(int) * DESCRIPTORS_MAX)];
    struct cmsghdr alignment;
  } control;
  struct msghdr message = {
    .msg_iov = &vector, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
  size_t allowed = count != NULL ? *count : 0;
  if (count != NULL) *count = 0;
  ssize_t length;
  do length = recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  while (length < 0 && errno == EINTR);
  if (length < 0) return -errno;
  int received[DESCRIPTORS_MAX];
  size_t received_count = 0;
  for (struct cmsghdr *head = CMSG_FIRSTHDR(&message); head != NULL; head = CMSG_NXTHDR(&message, head)) {
    if (head->cmsg_level != SOL_SOCKET || head->cmsg_type != SCM_RIGHTS) continue;
    size_t bytes_of_descriptors = head->cmsg_len - CMSG_LEN(0);
    for (size_t offset = 0; offset + sizeof(int) <= bytes_of_descriptors; offset += sizeof(int)) {
      int descriptor;
      memcpy(&descriptor, CMSG_DATA(head) + offset, sizeof descriptor);
      if (received_count < DESCRIPTORS_MAX) {
        received[received_count++] = descriptor;
      } else {
        close(descriptor);
      }
    }
  }
  if ((message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0 || received_count > allowed) {
    for (size_t index = 0; index < received_count; index++) close(received[index]);
    bool is_whole = (message.msg_flags & MSG_TRUNC) == 0 && received_count < DESCRIPTORS_MAX && received_count <= allowed;
    return is_whole ? -EMFILE : -EMSGSIZE;
  }
  if (received_count > 0) memcpy(descriptors, received, sizeof(int) * received_count);
  if (count != NULL) *count = received_count;
  return length;
}

int gs_socket_pair(int *server, int *launcher) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) != 0) return -errno;
  *server = pair[0];
  *launcher = pair[1];
  return 0;
}

const char *gs_step_name(uint32_t step) {
  static const char *const names[GS_STEP_COUNT] = {
    [GS_STEP_NONE] = "none",
    [GS_STEP_REQUEST] = "request",
    [GS_STEP_SLOT] = "slot",
    [GS_STEP_CGROUP] = "cgroup",
    [GS_STEP_CLONE] = "clone",
    [GS_STEP_CGROUP_JOIN] = "cgroup join",
    [GS_STEP_BUNDLE] = "bundle",
    [GS_STEP_PROC] = "proc",
    [GS_STEP_TMP] = "tmp",
    [GS_STEP_UNMOUNT] = "unmount",
    [GS_STEP_NETWORK] = "network",
    [GS_STEP_DESCRIPTORS] = "descriptors",
    [GS_STEP_FORK] = "fork",
    [GS_STEP_LIMITS] = "limits",
    [GS_STEP_USER] = "user",
    [GS_STEP_USER_NAMESPACE] = "user namespace",
    [GS_STEP_LANDLOCK] = "landlock",
    [GS_STEP_SECCOMP] = "seccomp",
    [GS_STEP_DIRECTORY] = "working directory",
    [GS_STEP_EXEC] = "exec",
    [GS_STEP_INIT] = "init",
    [GS_STEP_NAMESPACES] = "namespaces",
    [GS_STEP_LAYER] = "layer",
  };
  return step < GS_STEP_COUNT && names[step] != NULL ? names[step] : "unknown";
}

const char *gs_fatal_text(const gs_fatal *fatal) {
  return memchr(fatal->text, 0, sizeof fatal->text) != NULL ? fatal->text : "the launcher's last words are garbled";
}
