import { existsSync, openSync, rmSync, writeFileSync } from "node:fs";
import { netlogctl, ok } from "../lab.js";
import { compile, feed, GROUP, layCable, READER, TIMES } from "../readers.js";

const PACKETS = 300_000;
const OUT = "/run/lines";
const ULOGD = "ulogd2, JSON, tuned";
const PLUGINS = ["/usr/lib/x86_64-linux-gnu/ulogd", "/usr/lib/aarch64-linux-gnu/ulogd", "/usr/lib/ulogd"];

function writeUlogdConfig() {
  const directory = PLUGINS.find(existsSync);
  const names = ["inppkt_NFLOG", "raw2packet_BASE", "filter_IFINDEX", "filter_IP2STR", "filter_HWHDR", "output_JSON"];
  writeFileSync(
    "/run/ulogd.conf",
    `[global]
logfile="/run/ulogd.log"
${names.map((name) => `plugin="${directory}/ulogd_${name}.so"`).join("\n")}
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
}

/** A case; a program that writes to OUT by itself gets no standard output. */
const reader = (name, words, { isOwnFile = false, ...more } = {}) => ({
  name,
  ...more,
  run: () => {
    rmSync(OUT, { force: true });
    return feed(words, {
      stdout: isOwnFile ? "ignore" : openSync(OUT, "w"),
      packets: PACKETS,
      count: () => Number(ok("wc", "-l", OUT).split(" ")[0]),
    });
  },
});

const inC = (name, ...more) => reader(name, ["/run/nflog-reader", String(GROUP), OUT, ...more], { isOwnFile: true });
const ours = (name, ...more) => reader(name, netlogctl("packets", "stream", "-g", String(GROUP), ...more));
const atLeast = (of, least, to) => ({ of, figure: "perSecond", least, to });
const noLoss = (of) => ({ of, figure: "lost", most: 0 });

/** NFLOG packets to lines in a file in memory. */
export const benchmark = {
  about:
    "Packets of an NFLOG group to lines of JSON, at full speed, beside ulogd2 and a reader in C that writes the same compact fields. The more events per processor second, the better.",
  async *groups() {
    layCable();
    compile("nflog-reader");
    writeUlogdConfig();
    yield {
      title: `${(PACKETS * TIMES) / 1e6} M events`,
      rounds: 3,
      figures: READER,
      ratios: ["perSecond"],
      peer: ULOGD,
      cases: [
        reader(ULOGD, ["ulogd", "-c", "/run/ulogd.conf"], { isOwnFile: true, needs: "ulogd" }),
        inC("C, compact"),
        inC("C, compact, base64", "base64"),
        ours("netlogctl, compact", "--json", "--fields", "compact"),
        ours("netlogctl, compact, base64", "--json", "--fields", "compact", "--payload", "base64"),
        ours("netlogctl, all fields", "--json"),
        ours("netlogctl, text", "-F", "text"),
      ],
      goals: [
        ...["compact", "compact, base64"].flatMap((form) => [
          atLeast(`netlogctl, ${form}`, 12, ULOGD),
          atLeast(`netlogctl, ${form}`, 0.6, `C, ${form}`),
          noLoss(`netlogctl, ${form}`),
        ]),
        atLeast("netlogctl, all fields", 8, ULOGD),
      ],
    };
    rmSync(OUT, { force: true });
  },
};
