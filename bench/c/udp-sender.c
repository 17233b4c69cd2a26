// Sends UDP packets over IPv4 by a packet socket, each from an address and ports of its own: udp-sender DEVICE MAC COUNT RATE;
// RATE in packets a second, 0 as fast as it goes. Says how many a second it were.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { FRAMES = 4096, AT_ONCE = 32, DATA = 64, FRAME = 14 + 20 + 8 + DATA };
static uint8_t frames[FRAMES][FRAME];
static uint32_t state = 1;

static uint32_t any(void) {
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

static void put16(uint8_t *to, unsigned value) {
  to[0] = value >> 8;
  to[1] = value;
}

static void fill(uint8_t *frame, const unsigned *mac) {
  for (int index = 0; index < 6; index++) frame[index] = mac[index];
  memset(frame + 6, 2, 6);
  put16(frame + 12, ETHERTYPE_IP);
  uint8_t *ip = frame + 14, *udp = ip + 20;
  uint32_t from = 0x14000000 | (any() & 0x00ffffff), sum = 0;
  ip[0] = 0x45;
  put16(ip + 2, 28 + DATA);
  put16(ip + 4, any());
  ip[8] = 64;
  ip[9] = 17;
  put16(ip + 12, from >> 16);
  put16(ip + 14, from | 1);
  memcpy(ip + 16, (uint8_t[]){10, 77, 0, 1}, 4);
  for (int index = 0; index < 20; index += 2) sum += ip[index] << 8 | ip[index + 1];
  sum = (sum & 0xffff) + (sum >> 16);
  put16(ip + 10, ~((sum & 0xffff) + (sum >> 16)));
  put16(udp, 1024 + any() % 60000);
  put16(udp + 2, 1024 + any() % 60000);
  put16(udp + 4, 8 + DATA);
  for (int index = 0; index < DATA; index++) udp[8 + index] = any();
}

int main(int argc, char **argv) {
  if (argc < 5) return 2;
  unsigned mac[6];
  sscanf(argv[2], "%x:%x:%x:%x:%x:%x", mac, mac + 1, mac + 2, mac + 3, mac + 4, mac + 5);
  long wanted = atol(argv[3]), sent = 0;
  double rate = atof(argv[4]);
  int file = socket(AF_PACKET, SOCK_RAW, 0), on = 1, room = 8 << 20;
  setsockopt(file, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof on);
  setsockopt(file, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room);
  struct sockaddr_ll device = {
      .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP), .sll_ifindex = if_nametoindex(argv[1])};
  if (file < 0 || bind(file, (void *)&device, sizeof device)) {
    perror(argv[1]);
    return 1;
  }
  static struct iovec parts[FRAMES];
  static struct mmsghdr messages[FRAMES];
  for (int index = 0; index < FRAMES; index++) {
    fill(frames[index], mac);
    parts[index] = (struct iovec){frames[index], FRAME};
    messages[index].msg_hdr = (struct msghdr){.msg_iov = &parts[index], .msg_iovlen = 1};
  }
  double begin = now();
  for (int at = 0; sent < wanted; at %= FRAMES) {
    long due = rate > 0 ? (now() - begin) * rate + 1 - sent : AT_ONCE;
    if (due < 1) {
      struct timespec pause = {.tv_nsec = 50000};
      nanosleep(&pause, NULL);
      continue;
    }
    long count = due < AT_ONCE ? due : AT_ONCE;
    if (count > wanted - sent) count = wanted - sent;
    if (count > FRAMES - at) count = FRAMES - at;
    int done = sendmmsg(file, messages + at, count, 0);
    if (done < 0) continue;
    sent += done;
    at += done;
  }
  printf("%.0f\n", sent / (now() - begin));
  return 0;
}
