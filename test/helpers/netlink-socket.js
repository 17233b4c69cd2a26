// A netlink socket of the kind that NFLOG listeners use, for tests: no library in Node speaks netlink.
// Sources: nfnetlink_log.h, netlink(7).
import koffi from "koffi";

const libc = koffi.load(null);
const socket = libc.func("int socket(int, int, int)");
const bindTo = libc.func("int bind(int, const uint8_t*, uint32_t)");
const send = libc.func("long send(int, const uint8_t*, size_t, int)");
const recv = libc.func("long recv(int, uint8_t*, size_t, int)");
const setsockopt = libc.func("int setsockopt(int, int, int, const uint8_t*, uint32_t)");
const sendto = libc.func("long sendto(int, const uint8_t*, size_t, int, const uint8_t*, uint32_t)");

const AF = { INET: 2, INET6: 10, NETLINK: 16 };
const SOCK_RAW = 3;
const NETLINK_NETFILTER = 12;
const NFULNL_MSG_CONFIG = (4 << 8) | 1;
const NLM_F_REQUEST_ACK = 5;

/**
 * Binds NFLOG groups, without PF_BIND, with batches of one packet, and with room for many where that is permitted.
 * `range` is how much of a packet is copied at most, `buffer` the receive buffer, of which the kernel makes twice as much; 0
 * leaves it as it is.
 */
export function listen(groups, { range: rangeBytes = 65_535, buffer: bytes = 64 * 1024 * 1024 } = {}) {
  const fd = check(socket(AF.NETLINK, SOCK_RAW, NETLINK_NETFILTER), "socket");
  const [SOL_SOCKET, SO_RCVBUFFORCE] = [1, 33];
  const room = Buffer.alloc(4);
  room.writeUInt32LE(bytes);
  if (bytes > 0) setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, room, room.length);
  const address = Buffer.alloc(12);
  address.writeUInt16LE(AF.NETLINK, 0);
  check(bindTo(fd, address, address.length), "bind");
  const mode = Buffer.from([0, 0, 0, 0, 2, 0]);
  mode.writeUInt32BE(rangeBytes);
  for (const group of groups) {
    request(fd, group, 1, Buffer.from([1]));
    request(fd, group, 2, mode);
    request(fd, group, 5, Buffer.from([0, 0, 0, 1]));
  }
  return fd;
}

/** Reads flow events: of NEW, UPDATE and DESTROY those whose bit is in the mask (sockaddr_nl.nl_groups, netlink(7)). */
export function listenToFlows(mask) {
  const fd = check(socket(AF.NETLINK, SOCK_RAW, NETLINK_NETFILTER), "socket");
  const address = Buffer.alloc(12);
  address.writeUInt16LE(AF.NETLINK, 0);
  address.writeUInt32LE(mask, 8);
  check(bindTo(fd, address, address.length), "bind");
}

/** The next packets' groups, prefixes, families, bytes, and the numbers that UDP packets carry; waits until there is one. */
export function receive(fd) {
  const buffer = Buffer.alloc(65_536);
  const length = check(recv(fd, buffer, buffer.length, 0), "recv");
  return messagesOf(buffer.subarray(0, length)).flatMap((message) =>
    message.readUInt16LE(4) === 4 << 8 ? [packetOf(message)] : [],
  );
}

/** Sends a TCP segment with SYN and FIN to the local host: conntrack calls it an "invalid tcp flag combination". */
export function sendInvalid(family) {
  sendRaw(family, 6, Buffer.from([0, 7, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0x50, 0x03, 0, 0, 0, 0, 0, 0]));
}

/** Has the local host answer an echo request with this identifier. */
export function sendEcho(family, id) {
  const bytes = Buffer.from([family === "INET" ? 8 : 128, 0, 0, 0, 0, 0, 0, 1]);
  bytes.writeUInt16BE(id, 4);
  // That of ICMPv6 is the kernel's to fill in (RFC 3542, 3.1).
  if (family === "INET") bytes.writeUInt16BE(0xffff - (0x0801 + id), 2);
  sendRaw(family, family === "INET" ? 1 : 58, bytes);
}

function sendRaw(family, protocol, bytes) {
  const fd = check(socket(AF[family], SOCK_RAW, protocol), "socket");
  const address = Buffer.alloc(family === "INET" ? 16 : 28);
  address.writeUInt16LE(AF[family], 0);
  if (family === "INET") address.set([127, 0, 0, 1], 4);
  else address[23] = 1;
  check(sendto(fd, bytes, bytes.length, 0, address, address.length), "sendto");
}

function request(fd, group, type, data) {
  const message = Buffer.alloc(20 + 4 + ((data.length + 3) & ~3));
  message.writeUInt32LE(message.length, 0);
  message.writeUInt16LE(NFULNL_MSG_CONFIG, 4);
  message.writeUInt16LE(NLM_F_REQUEST_ACK, 6);
  message.writeUInt16BE(group, 18);
  message.writeUInt16LE(4 + data.length, 20);
  message.writeUInt16LE(type, 22);
  data.copy(message, 24);
  check(send(fd, message, message.length, 0), "send");
  const answer = Buffer.alloc(4096);
  check(recv(fd, answer, answer.length, 0), "recv");
  const errno = -answer.readInt32LE(16);
  if (errno !== 0) throw new Error(`NFLOG group ${group}: errno ${errno}`);
}

function messagesOf(buffer) {
  const messages = [];
  for (let at = 0; at + 16 <= buffer.length; at += (buffer.readUInt32LE(at) + 3) & ~3) {
    messages.push(buffer.subarray(at, at + buffer.readUInt32LE(at)));
  }
  return messages;
}

function packetOf(message) {
  const [NFULA_PAYLOAD, NFULA_PREFIX] = [9, 10];
  let prefix = "";
  let number;
  let bytes = 0;
  for (let at = 20; at + 4 <= message.length; at += (message.readUInt16LE(at) + 3) & ~3) {
    const [type, value] = [message.readUInt16LE(at + 2), message.subarray(at + 4, at + message.readUInt16LE(at))];
    if (type === NFULA_PREFIX) prefix = value.toString("utf8", 0, value.length - 1);
    if (type === NFULA_PAYLOAD) bytes = value.length;
    // Behind the headers of IPv4 and UDP.
    if (type === NFULA_PAYLOAD && value.length === 32) number = value.readUInt32BE(28);
  }
  return { group: message.readUInt16BE(18), family: message[16], prefix, bytes, number };
}

function check(result, call) {
  if (result < 0) throw new Error(`${call}: errno ${koffi.errno()}`);
  return result;
}
