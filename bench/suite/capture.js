import { mkdirSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { netlogctl, ok } from "../lab.js";
import { feed, GROUP, layCable, READER, TIMES } from "../readers.js";

const PACKETS = 300_000;
const OUT = "/run/out";
const RING = "/run/ring";
const TCPDUMP = "tcpdump -w";
const ours = (...words) => netlogctl(...words, "-g", String(GROUP));

/** How many packets a pcap file holds: a header of 24 bytes, then 16 before each packet. */
function inPcap() {
  const bytes = readFileSync(OUT);
  let count = 0;
  for (let at = 24; at + 16 <= bytes.length; at += 16 + bytes.readUInt32LE(at + 8)) count += 1;
  return count;
}

const inRing = () =>
  readdirSync(RING)
    .filter((name) => name.endsWith(".index.json"))
    .reduce((sum, name) => sum + JSON.parse(readFileSync(`${RING}/${name}`, "utf8")).packets, 0);

const reader = (name, words, count, more = {}) => ({
  name,
  needs: more.needs,
  run: () => {
    rmSync(OUT, { force: true });
    rmSync(RING, { recursive: true, force: true });
    mkdirSync(RING);
    return feed(words, { stdout: more.isToOut ? openSync(OUT, "w") : "ignore", packets: PACKETS, count });
  },
});

const tcpdump = (name, ...more) =>
  reader(name, ["tcpdump", "-i", `nflog:${GROUP}`, "-n", ...more, "-w", OUT], inPcap, { needs: "tcpdump" });
const capture = (link) =>
  reader(
    `capture run, ${link}`,
    ours("capture", "run", "--ring", RING, "--size", "4GiB", "--free", "1KiB", "--linktype", link),
    inRing,
  );
const links = ["ethernet", "raw", "nflog"];

/** NFLOG packets into files in memory. */
export const benchmark = {
  about:
    "Packets of an NFLOG group into capture files, at full speed, beside tcpdump, and beside our own lines. The more events per processor second, the better.",
  async *groups() {
    layCable();
    yield {
      title: `${(PACKETS * TIMES) / 1e6} M packets`,
      rounds: 3,
      figures: READER,
      ratios: ["perSecond"],
      peer: TCPDUMP,
      cases: [
        tcpdump(TCPDUMP),
        tcpdump("tcpdump -w -B 65536", "-B", "65536"),
        ...links.map(capture),
        reader(
          "packets stream --json",
          ours("packets", "stream", "--json"),
          () => Number(ok("wc", "-l", OUT).split(" ")[0]),
          { isToOut: true },
        ),
      ],
      // At most 1.2 times the processor's time of tcpdump for each packet.
      goals: links.flatMap((link) => [
        { of: `capture run, ${link}`, figure: "perSecond", least: 0.83, to: TCPDUMP },
        { of: `capture run, ${link}`, figure: "lost", most: 0 },
      ]),
    };
    rmSync(OUT, { force: true });
    rmSync(RING, { recursive: true, force: true });
  },
};
