// NFLOG packets to lines of JSON in a file in memory: netlogctl beside ulogd2 and a reader in C that writes the same compact
// fields, in the same run, interleaved. Events per second of processor time of the reader from when it listens until all is written, what it lost, its memory. Run it
// through `npm run bench:stream`: it needs root and a network namespace of its own; gcc for the C programs, ulogd2 if it is to
// be compared.
// Arguments: packets (each is logged four times), rounds, packets a second (0: as fast as it goes).
import { existsSync, openSync, rmSync, writeFileSync } from "node:fs";
import { compile, GROUP, measureReader, median, netlogctl, run, setUp, TIMES } from "./nflog.js";

const [PACKETS = 500_000, ROUNDS = 3, RATE = 0] = process.argv.slice(2).map(Number);
compile("nflog-reader");
setUp();

const PLUGINS = ["/usr/lib/x86_64-linux-gnu/ulogd", "/usr/lib/aarch64-linux-gnu/ulogd", "/usr/lib/ulogd"].find(
  existsSync,
);
const OUT = "/run/lines";
const stream = (...more) => netlogctl("packets", "stream", "--json", "-g", String(GROUP), ...more);
const cases = {
  "C, compact": ["/run/nflog-reader", String(GROUP), OUT],
  "C, compact and base64": ["/run/nflog-reader", String(GROUP), OUT, "base64"],
  ...(PLUGINS === undefined ? {} : { "ulogd2, JSON, tuned": ["ulogd", "-c", "/run/ulogd.conf"] }),
  "netlogctl, compact": stream("--fields", "compact"),
  "netlogctl, compact and base64": stream("--fields", "compact", "--payload", "base64"),
  "netlogctl, all fields": stream(),
  "netlogctl, text": [...stream().filter((word) => word !== "--json"), "-F", "text"],
};
const plugins = ["inppkt_NFLOG", "raw2packet_BASE", "filter_IFINDEX", "filter_IP2STR", "filter_HWHDR", "output_JSON"];
writeFileSync(
  "/run/ulogd.conf",
  `[global]
logfile="/run/ulogd.log"
${plugins.map((name) => `plugin="${PLUGINS}/ulogd_${name}.so"`).join("\n")}
stack=log:NFLOG,base:BASE,index:IFINDEX,ip:IP2STR,mac:HWHDR,json:JSON
[log]
group=${GROUP}
netlink_socket_buffer_size=67108864
netlink_socket_buffer_maxsize=134217728
netlink_qthreshold=100
netlink_qtimeout=10
bufsize=524288
seq_local=1
[json]
sync=0
file="${OUT}"
timestamp=1
`,
);

async function measure(command) {
  rmSync(OUT, { force: true });
  const stdout = command[0] === process.execPath ? openSync(OUT, "w") : "ignore";
  const { seconds, ...more } = await measureReader(command, { stdout, packets: PACKETS, rate: RATE });
  const events = Number(run("wc", ["-l", OUT]).split(" ")[0]);
  return { ...more, perSecond: events / seconds, lost: 1 - events / (PACKETS * TIMES) };
}

const results = Object.fromEntries(Object.keys(cases).map((name) => [name, []]));
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [name, command] of Object.entries(cases)) results[name].push(await measure(command));
}
rmSync(OUT, { force: true });

const rates = Object.fromEntries(
  Object.entries(results).map(([name, all]) => [name, median(all.map((one) => one.perSecond))]),
);
const [peer, limit] = [rates["ulogd2, JSON, tuned"], rates["C, compact"]];
process.stdout.write(`${PACKETS * TIMES} events; per second of processor time, beside ulogd2 and C; lost; memory\n`);
for (const [name, all] of Object.entries(results)) {
  const line = [
    name.padEnd(30),
    `${(rates[name] / 1e6).toFixed(2).padStart(6)} M`,
    `${peer === undefined ? "" : `${(rates[name] / peer).toFixed(1).padStart(6)} x`}`,
    `${(rates[name] / limit).toFixed(2).padStart(5)} x`,
    `${(100 * median(all.map((one) => one.lost))).toFixed(1).padStart(5)} %`,
    `${median(all.map((one) => one.memory))
      .toFixed(0)
      .padStart(4)} MB`,
    `sent ${((median(all.map((one) => one.rate)) * TIMES) / 1e6).toFixed(2)} M/s`,
  ];
  process.stdout.write(`${line.join("  ")}\n`);
}
