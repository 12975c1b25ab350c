// Network namespaces made ahead of need: making one takes longer than everything else in a run's start. Each is used by
// one run only; with its last process it is gone.
#include <errno.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "kernel.h"
#include "sandbox.h"

#define SIOCGSKNS_COMMAND 0x894c  // the descriptor of a socket's network namespace

int gs_network_raise_loopback(int *name_space) {
  int handle = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (handle < 0) return -errno;
  struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_LOOPBACK | IFF_RUNNING};
  int result = ioctl(handle, SIOCSIFFLAGS, &request) == 0 ? 0 : -errno;
  if (result == 0 && name_space != NULL) {
    *name_space = ioctl(handle, SIOCGSKNS_COMMAND);
    if (*name_space < 0) result = -errno;
  }
  close(handle);
  return result;
}

int gs_networks_open(gs_networks *networks, bool needs_host) {
  networks->count = 0;
  networks->own = -1;
  // The launcher needs no network itself.
  if (!needs_host && unshare(CLONE_NEWNET) != 0) return -errno;
  int handle = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (handle < 0) return -errno;
  networks->own = ioctl(handle, SIOCGSKNS_COMMAND);
  // Level "user" could leave the host's network but not come back to it: then no spare is made, and every run makes
  // its own.
  int result = networks->own >= 0 || needs_host ? 0 : -errno;
  close(handle);
  return result;
}

bool gs_networks_refill(gs_networks *networks) {
  if (networks->own < 0 || networks->count == GS_SPARES_MAX) return false;
  if (unshare(CLONE_NEWNET) != 0) return false;
  int spare = -1;
  int result = gs_network_raise_loopback(&spare);
  // Without the way back every later run with the host's network would silently have none.
  if (setns(networks->own, CLONE_NEWNET) != 0) _exit(1);
  if (result != 0) return false;
  networks->spares[networks->count++] = spare;
  return true;
}

int gs_networks_take(gs_networks *networks) {
  return networks->count > 0 ? networks->spares[--networks->count] : -1;
}
