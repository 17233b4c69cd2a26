// Preloaded (LD_PRELOAD), gives each netlink socket of a program room for 64 MiB: conntrack 1.4.7 sets its --buffer-size at a
// socket that its events do not come to.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sys/socket.h>

int socket(int domain, int type, int protocol) {
  int (*next)(int, int, int) = dlsym(RTLD_NEXT, "socket");
  int file = next(domain, type, protocol), bytes = 64 << 20;
  if (domain == AF_NETLINK && file >= 0) setsockopt(file, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes);
  return file;
}
