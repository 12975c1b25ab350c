// The network of a run: a namespace of its own with nothing but a loopback interface.
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
