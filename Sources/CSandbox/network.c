// The network of a run: a namespace of its own with nothing but a loopback interface.
//
// To make one and to remove it costs the kernel more than anything else in a sandbox. So a namespace in which no socket
// was ever made serves another run: nothing but sockets, and rights that no run has, leaves anything in one.
#include <errno.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "kernel.h"
#include "sandbox.h"

int gs_network_leave(void) {
  if (unshare(CLONE_NEWNET) != 0) return -errno;
  int handle = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (handle < 0) return -errno;
  struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_LOOPBACK | IFF_RUNNING};
  int result = ioctl(handle, SIOCSIFFLAGS, &request) == 0 ? 0 : -errno;
  close(handle);
  return result;
}

int gs_network_enter(int network) {
  return setns(network, CLONE_NEWNET) == 0 ? 0 : -errno;
}

int gs_networks_take(gs_networks *networks) {
  if (networks->count == 0) return -1;
  networks->count -= 1;
  if (networks->count < networks->unused) networks->unused = networks->count;
  return networks->waiting[networks->count];
}

void gs_networks_give(gs_networks *networks, int network) {
  if (networks->count == GS_POOL_MAX) {
    close(network);
  } else {
    networks->waiting[networks->count++] = network;
  }
}

bool gs_networks_trim(gs_networks *networks) {
  // The last one that came is the first to go, so those that nobody needed are the first ones.
  size_t gone = networks->unused;
  for (size_t index = 0; index < gone; index++) close(networks->waiting[index]);
  networks->count -= gone;
  for (size_t index = 0; index < networks->count; index++) networks->waiting[index] = networks->waiting[index + gone];
  networks->unused = networks->count;
  return networks->count > 0;
}
