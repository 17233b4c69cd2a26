import { gzipSync } from "node:zlib";
import { createLines } from "../../src/core/event/lines.ts";
import { createEventReader } from "../../src/core/event/read-events.ts";
import { createEventWriter } from "../../src/core/event/write-events.ts";
import { tar, writeFiles } from "./archives.ts";

export const DAY = "2025-08-31";

/** A line of the kernel log as `journalctl -o short-iso-precise` has it, of that day in UTC. */
export function logLine(time: string, message: string, machine = "sys-firewall"): string {
  return `${DAY}T${time}+0000 ${machine} kernel: ${message}\n`;
}

const TCP = "LEN=60 TOS=0x00 PREC=0x00 TTL=63 ID=4321 DF PROTO=TCP";
const UDP = "LEN=61 TOS=0x00 PREC=0x00 TTL=63 ID=77 DF PROTO=UDP";

/** What iptables would write of packets of that day: a connection to a web server, and a query of DNS before it. */
export const MESSAGES = {
  query: `SYSFW:dns IN=vif7.0 OUT=eth0 SRC=10.137.0.12 DST=10.139.1.1 ${UDP} SPT=40123 DPT=53 LEN=41 `,
  syn: `SYSFW:new IN=vif7.0 OUT=eth0 SRC=10.137.0.12 DST=192.0.2.80 ${TCP} SPT=50001 DPT=443 WINDOW=64240 RES=0x00 SYN URGP=0 `,
  synAck: `IN=eth0 OUT=vif7.0 SRC=192.0.2.80 DST=10.137.0.12 ${TCP} SPT=443 DPT=50001 WINDOW=65160 RES=0x00 ACK SYN URGP=0 `,
  other: `IN=vif9.0 OUT=eth0 SRC=10.137.0.99 DST=192.0.2.80 ${TCP} SPT=50001 DPT=443 WINDOW=64240 RES=0x00 SYN URGP=0 `,
} as const;

/** A capture of what these lines tell of. */
function captureOf(lines: string): Buffer {
  const reader = createEventReader({ format: "iptables" });
  const reads = [...reader.push(Buffer.from(lines)), ...reader.end()];
  const told = createLines({
    fields: "default",
    payload: undefined,
    ...{ isWanted: undefined, enrich: undefined, encoders: undefined },
  });
  const writer = createEventWriter("pcapng", told);
  const blocks = reads.flatMap((read) => {
    const block = writer.encode(read);
    return block === undefined || block === "unsaid" ? [] : [block];
  });
  return Buffer.concat([writer.header, ...blocks]);
}

const CAPTURES = {
  "netpcap/pcap-20250831100000.pcapng": captureOf(
    logLine("10:32:00.900000", MESSAGES.query, "sys-dns") +
      logLine("10:32:01.003000", MESSAGES.syn, "sys-dns") +
      logLine("10:32:01.021500", MESSAGES.synAck, "sys-dns") +
      logLine("10:32:01.500000", MESSAGES.other, "sys-dns") +
      logLine("10:45:00.000000", MESSAGES.syn, "sys-dns"),
  ),
  "netpcap/pcap-20250831100000.pcapng.index.json": JSON.stringify({
    ...{ version: 1, file: "pcap-20250831100000.pcapng", link: "ethernet", from: "interface any", host: "sys-dns" },
    ...{ bytes: 1000, packets: 5, others: 0, interfaces: [], lost: 2, ended: "time" },
    ...{ first: `${DAY}T10:32:00.900000000Z`, last: `${DAY}T10:45:00.000000000Z` },
    prefixes: { "SYSFW:dns ": 1, "evil\u001b[2J ": 4 },
  }),
  "netpcap/pcap-20250831110000.pcapng": captureOf(logLine("11:00:02.000000", MESSAGES.other, "sys-dns")),
};

const LOG =
  logLine("10:32:00.899000", MESSAGES.query) +
  logLine("10:32:01.001000", MESSAGES.syn) +
  logLine("10:33:00.000000", "usb 1-1: new device \u001b[2Jevil") +
  logLine("10:50:00.000000", MESSAGES.syn.replaceAll("50001", "50002"));

/** What archive fetch leaves in a work machine: BASE/DAY/MACHINE.tgz, a machine with captures and one with a log and a file whose name is hostile. */
export function writeFetchedDay(base: string, day = DAY): void {
  const source = `${base}/.source`;
  const log = `nft-${day}.log.gz`;
  const captures = `pcaps-${day}.tgz`;
  writeFiles(source, CAPTURES);
  writeFiles(source, { [`dns/${day}/${captures}`]: tar(source, "-cz", "netpcap") });
  writeFiles(source, { [`firewall/${day}/${log}`]: gzipSync(LOG), [`firewall/${day}/x\u001b]0;evil`]: "" });
  writeFiles(base, {
    [`${day}/sys-dns.tgz`]: tar(`${source}/dns`, "-cz", day),
    [`${day}/sys-firewall.tgz`]: tar(`${source}/firewall`, "-cz", day),
  });
}
