// A vault of days: whatever cuts a pull or a prune off, no capture is lost that was there, and the next one comes to the same end.
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { untold } from "./fault.js";
import { filesBelow, netlogctl, othersEnd, sh } from "./laboratory.js";

/** Some days of captures that cannot be packed to less than they are, and an intent that archives them. */
const ring = (days, vault, more = "") => `mkdir -p /srv/ring ${vault}
for ago in ${days}; do for hour in 01 02; do
  head -c 20000 /dev/urandom > /srv/ring/pcap-$(date -d "$ago days ago" +%Y%m%d)\${hour}0000.pcap
  touch -d "$ago days ago" /srv/ring/pcap-$(date -d "$ago days ago" +%Y%m%d)\${hour}0000.pcap
done; done
cat > /srv/archive.yaml << 'END'
version: 1
archive: { vault: ${vault}, format: tgz, machines: { edge: { at: here, captures: /srv/ring${more} } } }
END`;
const archive = (act, ...more) => ["archive", act, "-f", "/srv/archive.yaml", ...more];
const PRUNE = archive("prune", "--keep", "1d");

/** What is pruned at its source is in the vault, on whatever disk. */
const VAULT = "/srv/disk/vault";

export const ARCHIVES = [
  {
    name: "archive pull",
    kind: "data",
    setup: ring("1", "/srv/vault"),
    change: archive("pull"),
    look: vaultState,
    judge: resumed,
  },
  {
    name: "archive prune",
    kind: "data",
    setup: `${ring("3 2 1", "/srv/vault")}\nnetlogctl archive pull -f /srv/archive.yaml`,
    change: PRUNE,
    look: daysState,
    judge: pruned,
  },
];

export const ARCHIVE_POWER = {
  name: "power: archive pull",
  isPowerCut: true,
  setup: `rm -rf /srv/ring\n${ring("1", VAULT, ", prune: 1h")}`,
  change: archive("pull"),
  boot: "true",
  acknowledged: (ended) => ({ isSaid: /archived/.test(ended.stdout) }),
  judge: pulled,
};

/** A vault's manifest tells when it was written, and a packed file, too. */
function vaultState() {
  const { code, stdout, stderr } = netlogctl(...archive("verify", "--deep"));
  const names = sh(
    "cd /srv/vault; find . -type f ! -name '.lock' ! -name '.manifest*' | sort; ls /srv/ring; find /var/lib/netlogctl -type f ! -name lock",
  ).stdout;
  return { text: `${names}${code} ${stdout}${stderr}`, temporary: [] };
}

/** After the same command once more it is as if nothing had cut it off. */
function resumed(scenario, way, _point, ended, prepared) {
  const trouble = untold(way, ended);
  if (trouble !== undefined) return trouble;
  const next = netlogctl(...scenario.change);
  if (next.code !== 0) return { why: `the next one: ${next.stdout}${next.stderr}` };
  const { text } = vaultState();
  return text === prepared.made ? { state: "made" } : { why: `${text}\nand not\n${prepared.made}` };
}

/** The files of all days, a line each. */
function daysState() {
  return { text: sh("cd /srv/vault; sha256sum ./*/2*/* | sort -k 2").stdout, temporary: [] };
}

/** Each day is there whole or not at all; what a pruning leaves is what it leaves uncut. */
function pruned(_scenario, way, _point, ended, prepared) {
  const trouble = untold(way, ended);
  if (trouble !== undefined) return trouble;
  othersEnd();
  const { text } = daysState();
  const torn = dayNames(prepared.old).find((day) => ![linesOf(prepared.old, day), ""].includes(linesOf(text, day)));
  if (torn !== undefined) return { why: `${torn} is half there: ${linesOf(text, torn)}` };
  const verified = netlogctl(...archive("verify", "--deep"));
  if (verified.code !== 0) return { why: `verify: ${verified.stdout}${verified.stderr}` };
  const next = netlogctl(...PRUNE);
  if (next.code !== 0) return { why: `the next one: ${next.stdout}${next.stderr}` };
  const end = daysState().text;
  if (end !== prepared.made) return { why: `${end}\nand not\n${prepared.made}` };
  const left = filesBelow("/srv/vault").filter((path) => /\/\.(removed-|part-|pruned\.new)/.test(path));
  if (left.length > 0) return { why: `left behind: ${left.join(" ")}` };
  return { state: text === prepared.made ? "made" : "old" };
}

const dayNames = (text) => [...new Set(text.match(/\d{4}-\d\d-\d\d(?=\/)/g))];
const linesOf = (text, day) =>
  text
    .split("\n")
    .filter((line) => line.includes(`/${day}/`))
    .join("\n");

/** What was said to be archived is, and what is gone from its source, too; the next pull comes to its end. */
function pulled(_scenario, _ended, { isSaid }) {
  const broken = manifests().flatMap(({ files }) => files.filter(({ isThere }) => !isThere));
  if (broken.length > 0) return { why: `the manifest names ${broken.map(({ name }) => name)}, which is not there` };
  const archived = membersOf(manifests());
  const lost = CAPTURES().filter((name) => !archived.includes(name) && (isSaid || !existsSync(`/srv/ring/${name}`)));
  if (lost.length > 0) return { why: `${lost} were ${isSaid ? "said to be archived" : "deleted at their source"}` };
  const next = netlogctl(...archive("pull"));
  if (next.code !== 0) return { why: `the next one: ${next.stdout}${next.stderr}` };
  const verified = netlogctl(...archive("verify", "--deep"));
  if (verified.code !== 0) return { why: `verify: ${verified.stdout}${verified.stderr}` };
  const lacking = CAPTURES().filter((name) => !membersOf(manifests()).includes(name));
  if (lacking.length > 0) return { why: `${lacking} are not archived in the end` };
  const left = filesBelow(VAULT).filter((path) => /\/\.part-/.test(path));
  if (left.length > 0) return { why: `left behind: ${left.join(" ")}` };
  return { state: archived.length === CAPTURES().length ? "made" : "old" };
}

const CAPTURES = () =>
  ["01", "02"].map((hour) => `pcap-${sh("date -d '1 days ago' +%Y%m%d").stdout.trim()}${hour}0000.pcap`);

function manifests() {
  return filesBelow(VAULT)
    .filter((path) => basename(path) === "manifest.json")
    .map((path) => {
      const { files } = JSON.parse(readFileSync(path, "utf8"));
      const isThere = ({ name, sha256 }) =>
        sh(`echo '${sha256}  ${dirname(path)}/${name}' | sha256sum -c --quiet`).code === 0;
      return { files: files.map((file) => ({ ...file, isThere: isThere(file) })) };
    });
}

const membersOf = (all) => all.flatMap(({ files }) => files.flatMap(({ members }) => members.map(({ name }) => name)));
