// The power goes: what the disk has at a moment is what had reached the block device; all else was in memory, and is gone.
// The disk is an ext4 in a file. A copy of that file, taken once the command was killed before a system call, is such a disk.
import { existsSync, readFileSync } from "node:fs";
import { traced } from "./harness.js";
import { endAll, filesBelow, mustSh, netlogctl, OWN, sh } from "./laboratory.js";

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
  const count = whole.changes.length;
  const result = { name: scenario.name, way: "power", points: count, tried: 0, old: 0, made: 0, failures: [] };
  note(result, count, "behind its end", afterBoot(scenario, whole, { old: made, made }));
  for (const point of points(count)) {
    prepare(scenario);
    const ended = traced(scenario, (_change, number) => (number === point ? { kill: "all" } : undefined));
    if (ended.code === 0) break;
    note(result, point, ended.changes[point - 1], afterBoot(scenario, ended, { old, made }));
  }
  leave();
  return result;
}

/** Who was killed changes the disk no more: it is copied as it is then. */
function afterBoot(scenario, ended, { old, made }) {
  const known = scenario.acknowledged?.(ended);
  mustSh(`cp --sparse=always ${IMAGE} ${OWN}/boot.img`);
  return onCopy((place) => {
    const torn = scenario.judge === undefined ? tornIn(place, old, made) : undefined;
    return (
      torn ?? onBoot(place, scenario.boot ?? "", () => (scenario.judge ?? restored)(scenario, ended, known ?? { made }))
    );
  });
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
  endAll();
  sh(`${PLACES.map((place) => `umount ${place}`).join("; ")}; umount ${DISK}`);
}

/** Looks at a disk as the next boot finds it. */
function onCopy(look) {
  const place = `${OWN}/after`;
  mustSh(`mkdir -p ${place}; mount -o loop ${OWN}/boot.img ${place}`);
  try {
    return look(place);
  } finally {
    mustSh(`umount ${place}`);
  }
}

function onBoot(place, boot, act) {
  leave();
  mustSh(`rm -rf /run/netlogctl; nft flush ruleset
${PLACES.map((kept, at) => `mkdir -p ${place}/${names[at]}; mount --bind ${place}/${names[at]} ${kept}`).join("\n")}
${boot}`);
  try {
    return act();
  } finally {
    leave();
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

/** Each file is the old one or the new one. */
function tornIn(place, old, made) {
  const found = state(place);
  for (const name of new Set([...Object.keys(old), ...Object.keys(made), ...Object.keys(found)])) {
    if (found[name] === old[name] || found[name] === made[name]) continue;
    return {
      why: `${name} is neither old nor new: ${JSON.stringify(found[name])?.slice(0, 200) ?? "it is not there"}`,
    };
  }
  return undefined;
}

/** A boot restores from them. */
function restored(_scenario, _ended, { made }) {
  const isMade = JSON.stringify(state(`${OWN}/after`)) === JSON.stringify(made);
  const { code, stderr } = netlogctl("restore");
  return code === 0 ? { state: isMade ? "made" : "old" } : { why: `restore: ${stderr}` };
}
