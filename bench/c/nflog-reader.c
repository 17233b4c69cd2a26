// The limit: reads an NFLOG group and writes what netlogctl packets stream --fields compact --json writes, and no more.
// nflog-reader GROUP FILE [base64]. Says "listening" on stderr; ends with SIGTERM and says how many came and how many did not.
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_log.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { INPUT = 512 << 10, OUTPUT = 512 << 10, LINE = 4096, ROOM = 64 << 20 };
static const char LETTERS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char *const HOOKS[] = {"prerouting", "input", "forward", "output", "postrouting"};
static volatile sig_atomic_t is_over;
static uint8_t input[INPUT];
static char output[OUTPUT];
static size_t used;
static int out, has_payload;
static unsigned long received, lost;
static uint32_t next;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void end(int number) {
  (void)number;
  is_over = 1;
}

static void flush(void) {
  for (size_t at = 0; at < used;) {
    ssize_t count = write(out, output + at, used - at);
    if (count < 0) fail("write");
    at += count;
  }
  used = 0;
}

static char *text(char *to, const char *from) {
  size_t length = strlen(from);
  memcpy(to, from, length);
  return to + length;
}

static char *number(char *to, unsigned value) {
  char digits[10];
  int count = 0;
  do digits[count++] = '0' + value % 10;
  while (value /= 10);
  while (count) *to++ = digits[--count];
  return to;
}

static char *address(char *to, const uint8_t *from) {
  for (int part = 0; part < 4; part++) {
    to = number(to, from[part]);
    if (part < 3) *to++ = '.';
  }
  return to;
}

static char *base64(char *to, const uint8_t *from, int length) {
  for (; length > 2; length -= 3, from += 3) {
    uint32_t bits = from[0] << 16 | from[1] << 8 | from[2];
    for (int shift = 18; shift >= 0; shift -= 6) *to++ = LETTERS[bits >> shift & 63];
  }
  if (length > 0) {
    uint32_t bits = from[0] << 16 | (length > 1 ? from[1] << 8 : 0);
    *to++ = LETTERS[bits >> 18];
    *to++ = LETTERS[bits >> 12 & 63];
    *to++ = length > 1 ? LETTERS[bits >> 6 & 63] : '=';
    *to++ = '=';
  }
  return to;
}

static char *moment(char *to, uint64_t seconds, uint64_t nanoseconds) {
  static char second[24];
  static uint64_t known;
  if (seconds != known) {
    struct tm parts;
    time_t time = seconds;
    strftime(second, sizeof second, "%Y-%m-%dT%H:%M:%S.", gmtime_r(&time, &parts));
    known = seconds;
  }
  to = text(to, second);
  for (int digit = 8; digit >= 0; digit--, nanoseconds /= 10) to[digit] = '0' + nanoseconds % 10;
  return to + 9;
}

static char *device(char *to, const char *key, uint32_t index) {
  static char names[64][IF_NAMESIZE];
  if (!index) return to;
  char *name = names[index % 64];
  if (!*name && !if_indextoname(index, name)) strcpy(name, "?");
  return text(text(text(to, key), name), "\"");
}

struct packet {
  const uint8_t *bytes;
  int length;
  const char *prefix;
  uint32_t in, out, mark;
  unsigned hook;
  uint64_t seconds, nanoseconds;
};

static void count(uint32_t sequence) {
  received++;
  lost += sequence - next;
  next = sequence + 1;
}

static struct packet read_attributes(const uint8_t *at, const uint8_t *last, const struct timespec *now) {
  struct packet packet = {.prefix = "", .seconds = now->tv_sec, .nanoseconds = now->tv_nsec};
  while (at + 4 <= last) {
    const struct nlattr *attribute = (const void *)at;
    const uint8_t *value = at + 4;
    switch (attribute->nla_type & NLA_TYPE_MASK) {
      case NFULA_PACKET_HDR: packet.hook = value[2]; break;
      case NFULA_MARK: packet.mark = ntohl(*(const uint32_t *)value); break;
      case NFULA_TIMESTAMP:
        packet.seconds = ntohl(*(const uint32_t *)(value + 4));
        packet.nanoseconds = ntohl(*(const uint32_t *)(value + 12)) * 1000ULL;
        break;
      case NFULA_IFINDEX_INDEV: packet.in = ntohl(*(const uint32_t *)value); break;
      case NFULA_IFINDEX_OUTDEV: packet.out = ntohl(*(const uint32_t *)value); break;
      case NFULA_PREFIX: packet.prefix = (const char *)value; break;
      case NFULA_SEQ: count(ntohl(*(const uint32_t *)value)); break;
      case NFULA_PAYLOAD:
        packet.bytes = value;
        packet.length = attribute->nla_len - 4;
        break;
    }
    at += NLA_ALIGN(attribute->nla_len);
  }
  return packet;
}

static void write_line(const struct packet *packet) {
  if (used + LINE > OUTPUT) flush();
  char *to = text(output + used, "{\"schema\":1,\"kind\":\"packet\",\"ts\":\"");
  to = moment(to, packet->seconds, packet->nanoseconds);
  to = text(text(text(to, "Z\",\"prefix\":\""), packet->prefix), "\",\"hook\":\"");
  to = text(text(to, packet->hook < 5 ? HOOKS[packet->hook] : "?"), "\"");
  to = device(device(to, ",\"in\":\"", packet->in), ",\"out\":\"", packet->out);
  if (packet->mark) to = number(text(to, ",\"mark\":"), packet->mark);
  const uint8_t *ip = packet->bytes;
  if (packet->length >= 20 && ip[0] >> 4 == 4) {
    int head = (ip[0] & 15) * 4;
    to = address(text(to, ",\"src\":\""), ip + 12);
    to = address(text(to, "\",\"dst\":\""), ip + 16);
    to = text(text(to, "\",\"proto\":\""), ip[9] == 17 ? "udp\"" : ip[9] == 6 ? "tcp\"" : "other\"");
    if (packet->length >= head + 4) {
      to = number(text(to, ",\"sport\":"), ip[head] << 8 | ip[head + 1]);
      to = number(text(to, ",\"dport\":"), ip[head + 2] << 8 | ip[head + 3]);
    }
  }
  if (has_payload) {
    to = base64(text(to, ",\"payload\":\""), ip, packet->length);
    to = text(to, "\",\"payload_encoding\":\"base64\"");
  }
  used = text(to, "}\n") - output;
}

static void take(int length) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  for (struct nlmsghdr *message = (void *)input; NLMSG_OK(message, length); message = NLMSG_NEXT(message, length)) {
    if (message->nlmsg_type != (NFNL_SUBSYS_ULOG << 8 | NFULNL_MSG_PACKET)) continue;
    const uint8_t *first = (uint8_t *)NLMSG_DATA(message) + sizeof(struct nfgenmsg);
    struct packet packet = read_attributes(first, (uint8_t *)message + message->nlmsg_len, &now);
    write_line(&packet);
  }
}

static uint8_t *attribute(uint8_t *at, int type, const void *value, int length) {
  struct nlattr head = {.nla_len = 4 + length, .nla_type = type};
  memcpy(at, &head, 4);
  memcpy(at + 4, value, length);
  return at + NLA_ALIGN(4 + length);
}

static int listen_to(int group) {
  int file = socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER), room = ROOM, on = 1;
  struct sockaddr_nl self = {.nl_family = AF_NETLINK};
  if (file < 0 || bind(file, (void *)&self, sizeof self)) fail("socket");
  if (setsockopt(file, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room)) fail("SO_RCVBUFFORCE");
  setsockopt(file, SOL_NETLINK, NETLINK_NO_ENOBUFS, &on, sizeof on);
  struct timeval patience = {.tv_usec = 200000};
  setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  uint8_t request[256] = {0};
  struct nfgenmsg *head = (void *)(request + 16);
  head->res_id = htons(group);
  uint8_t *at = request + 20, bind_it = NFULNL_CFG_CMD_BIND;
  struct nfulnl_msg_config_mode mode = {.copy_range = htonl(0), .copy_mode = NFULNL_COPY_PACKET};
  uint32_t size = htonl(131072), delay = htonl(10), threshold = htonl(400);
  uint16_t flags = htons(NFULNL_CFG_F_SEQ | NFULNL_CFG_F_SEQ_GLOBAL);
  at = attribute(at, NFULA_CFG_CMD, &bind_it, 1);
  at = attribute(at, NFULA_CFG_MODE, &mode, sizeof mode);
  at = attribute(at, NFULA_CFG_NLBUFSIZ, &size, 4);
  at = attribute(at, NFULA_CFG_TIMEOUT, &delay, 4);
  at = attribute(at, NFULA_CFG_QTHRESH, &threshold, 4);
  at = attribute(at, NFULA_CFG_FLAGS, &flags, 2);
  struct nlmsghdr message = {.nlmsg_len = at - request,
                             .nlmsg_type = NFNL_SUBSYS_ULOG << 8 | NFULNL_MSG_CONFIG,
                             .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK};
  memcpy(request, &message, sizeof message);
  if (send(file, request, at - request, 0) < 0 || recv(file, input, INPUT, 0) < 0) fail("bind");
  int refused = ((struct nlmsgerr *)(input + 16))->error;
  if (refused) {
    errno = -refused;
    fail("bind");
  }
  return file;
}

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  has_payload = argc > 3;
  out = open(argv[2], O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (out < 0) fail(argv[2]);
  struct sigaction action = {.sa_handler = end};
  sigaction(SIGTERM, &action, NULL);
  int file = listen_to(atoi(argv[1]));
  fprintf(stderr, "listening\n");
  while (!is_over) {
    ssize_t length = recv(file, input, INPUT, 0);
    if (length >= 0) take(length);
    else flush();
  }
  flush();
  fprintf(stderr, "{\"received\":%lu,\"lost\":%lu}\n", received, lost);
  return 0;
}
