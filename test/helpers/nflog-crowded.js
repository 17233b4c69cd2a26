// Binds NFLOG groups 2 to LAST one after the other at a socket that has room for next to nothing, changes them, and leaves
// those with an even number, while packets of group 1 come: nflog-crowded.js LAST. Then says as JSON which groups it is to
// hold, which another socket is refused, how often no answer found room, and how the numbers of group 1 went on.
import { GroupHeld } from "../../dist/src/core/model/packet-stream.js";
import { messagesIn } from "../../dist/src/core/netlink/message.js";
import { NFLOG_PACKET } from "../../dist/src/core/netlink/nflog.js";
import { readNflogMessage } from "../../dist/src/core/netlink/nflog-message.js";
import { NflogSocket } from "../../dist/src/host/packets/nflog-socket.js";

const SETTINGS = { copyRangeBytes: 64, threshold: 1, timeoutCs: 1, bufferBytes: undefined };
const LEAST_ROOM = 1;
const last = Number(process.argv[2]);
const input = Buffer.alloc(512 * 1024);
const crowded = new NflogSocket(LEAST_ROOM);
crowded.bindGroup(1, SETTINGS, input);
process.stdout.write("listening\n");

const account = { holds: [1], refused: [], unanswered: 0, received: 0, lost: 0, backwards: 0 };
let next = 0;

function count({ group, sequence }) {
  if (group !== 1) return;
  if (sequence < next) account.backwards += 1;
  account.received += 1;
  account.lost += sequence - next;
  next = sequence + 1;
}

function take() {
  for (let length = crowded.receive(input); length >= 0; length = crowded.receive(input)) {
    const packets = messagesIn(input.subarray(0, length)).filter(({ type }) => type === NFLOG_PACKET);
    for (const { bytes } of packets) count(readNflogMessage(bytes));
  }
}

function bind(socket, group) {
  try {
    socket.bindGroup(group, SETTINGS, input);
    return 0;
  } catch (error) {
    if (error instanceof GroupHeld) return error.errno;
    throw error;
  }
}

while (account.received === 0) take();
for (let group = 2; group <= last; group += 1) {
  if (bind(crowded, group) !== 0) account.unanswered += 1;
  else {
    crowded.changeGroup(group, { ...SETTINGS, threshold: 2 }, input);
    if (group % 2 === 0) crowded.unbindGroup(group);
    else account.holds.push(group);
  }
  take();
}
const other = new NflogSocket(1024 * 1024);
for (let group = 1; group <= last; group += 1) if (bind(other, group) !== 0) account.refused.push(group);
other.close();
take();
crowded.close();
process.stdout.write(`${JSON.stringify(account)}\n`);
