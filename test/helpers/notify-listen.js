// Listens as a service manager does (sd_notify(3)): prints what is told, a line each. Argument: the path of the socket.
import koffi from "koffi";

const libc = koffi.load(null);
const [AF_UNIX, SOCK_DGRAM] = [1, 2];
const socket = libc.func("int socket(int, int, int)")(AF_UNIX, SOCK_DGRAM, 0);
const name = Buffer.from(`${process.argv[2]}\0`);
const address = Buffer.concat([Buffer.from([AF_UNIX, 0]), name]);
if (libc.func("int bind(int, const uint8_t*, uint32_t)")(socket, address, address.length) !== 0)
  throw new Error("bind");
process.stdout.write("listening\n");
const receive = libc.func("long recv(int, uint8_t*, size_t, int)");
for (;;) {
  const buffer = Buffer.alloc(4096);
  const count = Number(receive(socket, buffer, buffer.length, 0));
  if (count < 0) throw new Error("recv");
  process.stdout.write(`${buffer.toString("utf8", 0, count)}\n`);
}
