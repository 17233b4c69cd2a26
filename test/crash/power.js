// The power goes: what the disk has at a moment is what had reached the block device; all else was in memory, and is gone.
// The disk is an ext4 in a file. A copy of that file, taken while the command stands before a system call, is such a disk.
import { existsSync, readFileSync } from "node:fs";
import { filesBelow, MAIN, mustSh, netlogctl, OWN, sh } from "./laboratory.js";
import { trace } from "./tracer.js";

const IMAGE = `${OWN}/disk.img`;
const DISK = `${OWN}/disk`;
/** Data is written when the kernel finds the time, not before the name that leads to it is changed. */
const OPTIONS = "loop,noauto_da_alloc,data=writeback,commit=600";

/** What is kept over a boot. */
const PLACES = ["/etc/netlogctl", "/var/lib/netlogctl", "/srv/disk"];
const names = PLACES.map((place) => place.slice(1).replaceAll("/", "-"));

/**
 * Cuts the power before each change that a command makes, and behind its end: what it acknowledged is on the disk then.
 * @returns as crash() does
 */
export function powerCut(scenario, points) {
  prepare(scenario);
  const old = state(DISK);
  const whole = traced(scenario, undefined);
  if (whole.code !== 0) throw new Error(`${scenario.name} ended with ${whole.code}: ${whole.stderr}`);
  const made = state(DISK);
  const result = {
    name: scenario.name,
    way: "power",
    points: whole.changes.length,
    tried: 0,
    old: 0,
    made: 0,
    failures: [],
  };
  note(
    result,
    points(whole.changes.length).length,
    "behind its end",
    onCopy(IMAGE, (place) => whatIs(place, made, made)),
  );
  for (const point of points(whole.changes.length)) {
    prepare(scenario);
    let what = "behind the last";
    traced(scenario, (change, number) => {
      if (number !== point) return undefined;
      what = change;
      mustSh(`cp --sparse=always ${IMAGE} ${OWN}/cut.img`);
      return { kill: "all" };
    });
    if (what === "behind the last") break;
    note(
      result,
      point,
      what,
      onCopy(`${OWN}/cut.img`, (place) => whatIs(place, old, made)),
    );
  }
  leave();
  return result;
}

function note(result, point, what, ended) {
  result.tried += 1;
  if (ended.why === undefined) result[ended.state] += 1;
  else result.failures.push({ point, what, ...ended });
}

/** A disk of its own below what is kept, with all of it written. */
function prepare({ setup }) {
  leave();
  mustSh(`rm -rf /run/netlogctl; nft flush ruleset
rm -f ${IMAGE}; truncate -s 16M ${IMAGE}; mke2fs -q -t ext4 -O ^metadata_csum_seed ${IMAGE}; mkdir -p ${DISK}
mount -o ${OPTIONS} ${IMAGE} ${DISK}
${PLACES.map((place, at) => `mkdir -p ${DISK}/${names[at]} ${place}; mount --bind ${DISK}/${names[at]} ${place}`).join("\n")}
${setup}
sync -f ${DISK}`);
}

function leave() {
  sh(`${PLACES.map((place) => `umount ${place}`).join("; ")}; umount ${DISK}`);
}

function traced(scenario, decide) {
  const [out, err] = [`${OWN}/out`, `${OWN}/err`];
  const ended = trace([process.execPath, MAIN, ...scenario.change], { out, err, gate: `${OWN}/gate`, decide });
  return { ...ended, stderr: readFileSync(err, "utf8") };
}

/** Looks at a disk as the next boot finds it. */
function onCopy(image, look) {
  const place = `${OWN}/after`;
  mustSh(
    `mkdir -p ${place}; cp --sparse=always ${image} ${OWN}/boot.img 2>/dev/null || true; mount -o loop ${OWN}/boot.img ${place}`,
  );
  try {
    return look(place);
  } finally {
    mustSh(`umount ${place}`);
  }
}

/** Files by their names, without what is on its way to be one. */
function state(place) {
  const found = names.flatMap((name) => (existsSync(`${place}/${name}`) ? filesBelow(`${place}/${name}`) : []));
  return Object.fromEntries(
    found
      .filter((path) => !/\/(\.[^/]*\.new|\.[^/]*\.part-\d+|lock)$/.test(path))
      .map((path) => [path.slice(place.length), textOf(path)]),
  );
}

const textOf = (path) => readFileSync(path, "latin1").replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME");

/** Each file is the old one or the new one; and a boot restores from them. */
function whatIs(place, old, made) {
  const found = state(place);
  for (const name of new Set([...Object.keys(old), ...Object.keys(made), ...Object.keys(found)])) {
    if (found[name] === old[name] || found[name] === made[name]) continue;
    return {
      why: `${name} is neither old nor new: ${JSON.stringify(found[name])?.slice(0, 200) ?? "it is not there"}`,
    };
  }
  leave();
  for (const [at, kept] of PLACES.entries())
    mustSh(`mkdir -p ${place}/${names[at]}; mount --bind ${place}/${names[at]} ${kept}`);
  mustSh("rm -rf /run/netlogctl; nft flush ruleset");
  const { code, stderr } = netlogctl("restore");
  leave();
  if (code !== 0) return { why: `restore: ${stderr}` };
  return { state: JSON.stringify(found) === JSON.stringify(made) ? "made" : "old" };
}
