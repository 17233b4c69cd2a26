// What writes data: whatever cuts it off, the next one goes on from there, and what it leaves is what it leaves uncut.
import { look, netlogctl, ROOT, sh } from "./laboratory.js";

/** One day of captures that cannot be packed to less than they are, and an intent that archives them. */
const RING = `mkdir -p /srv/ring /srv/vault; day=$(date -d yesterday +%Y%m%d)
for hour in 01 02; do head -c 20000 /dev/urandom > /srv/ring/pcap-$day\${hour}0000.pcap; done
touch -d yesterday /srv/ring/*
cat > /srv/archive.yaml << 'END'
version: 1
archive: { vault: /srv/vault, format: tgz, machines: { edge: { at: here, captures: /srv/ring } } }
END`;
const PULL = ["archive", "pull", "-f", "/srv/archive.yaml"];

/** A vault's manifest tells when it was written, and a packed file, too. */
function vaultState() {
  const { code, stdout, stderr } = netlogctl("archive", "verify", "-f", "/srv/archive.yaml", "--deep");
  const names = sh(
    "cd /srv/vault; find . -type f ! -name '.lock' ! -name '.manifest*' | sort; ls /srv/ring; find /var/lib/netlogctl -type f ! -name lock",
  ).stdout;
  return { text: `${names}${code} ${stdout}${stderr}`, temporary: [] };
}

/** After the same command once more it is as if nothing had cut it off. */
function resumed(state) {
  return (scenario, _way, _point, ended, prepared) => {
    if (/this is a bug/.test(ended.stderr)) return { why: `a stack trace: ${ended.stderr}` };
    const next = netlogctl(...scenario.change);
    if (next.code !== 0) return { why: `the next one: ${next.stdout}${next.stderr}` };
    const { text } = state();
    return text === prepared.made ? { state: "made" } : { why: `${text}\nand not\n${prepared.made}` };
  };
}

const fileState = () => {
  const { text, temporary } = look();
  return { text, temporary };
};
const written = (name, setup, change) => ({ name, kind: "data", setup, change, look: fileState, judge: whole });

/** A file of the user's is not there, or the old one, or whole. */
function whole(_scenario, _way, _point, ended, prepared) {
  if (/this is a bug/.test(ended.stderr)) return { why: `a stack trace: ${ended.stderr}` };
  const { text } = look();
  if (text === prepared.made) return { state: "made" };
  return text === prepared.old ? { state: "old" } : { why: "the file is neither the old one nor whole" };
}

/** Of several files each is there whole, or is not there. */
function wholeEach(_scenario, _way, _point, ended, prepared) {
  if (/this is a bug/.test(ended.stderr)) return { why: `a stack trace: ${ended.stderr}` };
  const { text } = look();
  if (text === prepared.made) return { state: "made" };
  const known = `${prepared.old}\n== ${prepared.made}`.split("\n== ");
  const torn = text.split("\n== ").filter((file) => !known.includes(file));
  return torn.length === 0 ? { state: "old" } : { why: `torn: ${torn[0].slice(0, 200)}` };
}

export const DATA = [
  { ...written("rules init", "mkdir -p /etc/netlogctl", ["rules", "init", "--template", "dropped"]), judge: wholeEach },
  { name: "archive pull", kind: "data", setup: RING, change: PULL, look: vaultState, judge: resumed(vaultState) },
  written("record", "true", ["record", "/srv/machine"]),
  written("packets convert -o", `echo before > /srv/out; cp '${ROOT}fixtures/wire/sll.pcap' /srv/in`, [
    ..."packets convert /srv/in --to json -o /srv/out".split(" "),
  ]),
];
