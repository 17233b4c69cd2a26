// Sends frames of Ethernet through an interface, as they are (packet(7)): its name and the frames in hex are the arguments.
import koffi from "koffi";

const libc = koffi.load(null);
const socket = libc.func("int socket(int, int, int)");
const nameToIndex = libc.func("unsigned int if_nametoindex(const char*)");
const sendto = libc.func("long sendto(int, const uint8_t*, size_t, int, const uint8_t*, uint32_t)");

const [AF_PACKET, SOCK_RAW] = [17, 3];
const [, , name, ...frames] = process.argv;
const fd = socket(AF_PACKET, SOCK_RAW, 0);
const address = Buffer.alloc(20);
address.writeUInt16LE(AF_PACKET, 0);
address.writeInt32LE(nameToIndex(name), 4);
for (const hex of frames) {
  const bytes = Buffer.from(hex, "hex");
  if (sendto(fd, bytes, bytes.length, 0, address, address.length) < 0)
    throw new Error(`sendto: errno ${koffi.errno()}`);
}
