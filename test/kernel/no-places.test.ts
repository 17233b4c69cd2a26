import { describe, expect, test } from "vitest";
import { type Lab, MAIN, openLab, type Ran } from "../helpers/lab.ts";
import { openServe } from "../helpers/serve.ts";

/** It may stand in /tmp, over which something else is mounted here: it is reached at another place, too. */
const CHECKOUT = MAIN.replace(/dist\/bin\/[^/]+$/, "");
const PROGRAM = MAIN.replace(CHECKOUT, "/mnt/in/checkout/");

const SERVE = 'serve: { groups: [5], store: { topics: [{ match: "*", max-size: 1MiB }] } }\n';
const intentOf = (port: number): string => `version: 1
rules: [{ name: ssh, hook: input, match: { tcp: { dport: ${port} } }, log: { prefix: "ssh " } }]
${SERVE}capture: { groups: [6] }
archive: { machines: { here: { captures: true } } }
`;

const APPLY = "rules apply -f /mnt/in/b.yaml --yes";

/** What writes into /run: all that changes the kernel, or what holds for later boots. */
const CHANGES = [
  "default log arp none",
  "default log arp none --persist",
  APPLY,
  `${APPLY} --persist`,
  `${APPLY} --confirm-within 60s`,
  "rules rollback 1 --yes",
  "rules remove --yes",
  "restore",
  "flows set acct=on",
  "module load nfnetlink_log --persist",
  "service install",
  "service install serve -f /mnt/in/a.yaml",
  "service install capture -f /mnt/in/a.yaml",
  "service install archive -f /mnt/in/a.yaml",
];
const PERSISTS = CHANGES.filter((words) => /persist|install/.test(words));
/** What keeps a revision. */
const REVISES = CHANGES.filter((words) => /^rules/.test(words));
/** What answers to a question about a change that awaits its confirmation. */
const ANSWERS = ["rules confirm", "rules rollback --yes"];

/** What writes to where it is told. */
const writesTo = (place: string): string[] => [
  `capture run -g 6 --ring ${place}/ring --timeout 1s --free 1KiB`,
  `archive pull -f /mnt/in/a.yaml --staging ${place}/staging`,
  `record ${place}/record`,
  `packets convert -F json -o ${place}/out /mnt/in/none.ndjson`,
];

/** All of the root but for /run and /tmp, and nothing can be made in it. */
const ROOT = `mount -t tmpfs root /mnt/root
for name in $(ls -A /); do
  case $name in run | tmp | mnt) continue ;; esac
  if [ -L /$name ]; then cp -P /$name /mnt/root
  elif [ -d /$name ]; then mkdir /mnt/root/$name; mount --rbind /$name /mnt/root/$name; fi
done
mkdir -p /mnt/root/mnt/in; mount --rbind /mnt/in /mnt/root/mnt/in`;
const WITHOUT = "-dac_override,-dac_read_search,-fowner";

interface Place {
  /** Makes it so. */
  readonly script: string;
  /** How netlogctl is started there. */
  readonly enter?: string;
  readonly says: RegExp;
  /** What can do nothing, and, where a change awaits its confirmation, what cannot either. */
  readonly fail: readonly string[];
  readonly pendingFail?: readonly string[];
}

const PLACES: Record<string, Place> = {
  "no /run, and a root that is read-only": {
    script: `${ROOT}; mount -o remount,ro /mnt/root`,
    enter: "chroot /mnt/root",
    says: /read-only \(EROFS\)|bus\.sock: ENOENT/,
    fail: [...CHANGES, ...writesTo(""), "serve -f /mnt/in/a.yaml"],
    pendingFail: ANSWERS,
  },
  "an empty /run, and a root that is read-only": {
    script: `${ROOT}; mkdir /mnt/root/run; mount -o remount,ro /mnt/root`,
    enter: "chroot /mnt/root",
    says: /EROFS/,
    fail: ["default log arp none", APPLY, "restore", "serve -f /mnt/in/a.yaml"],
  },
  "a read-only /etc": {
    script: "umount /etc/systemd/system /etc/tmpfiles.d /etc/modules-load.d; mount -o remount,ro /etc",
    says: /\/etc\/[^\n]*read-only \(EROFS\)/,
    fail: [...PERSISTS, ...writesTo("/etc")],
    pendingFail: ["rules confirm"],
  },
  "a /var/lib without the right to write there": {
    script: "chmod -R a-w /var/lib",
    enter: `setpriv --bounding-set ${WITHOUT} --inh-caps ${WITHOUT}`,
    says: /\/var\/lib\/[^\n]*EACCES/,
    fail: [...REVISES, ...writesTo("/var/lib"), "serve -f /mnt/in/a.yaml"],
    pendingFail: ["rules rollback --yes"],
  },
  "a read-only /var/lib": {
    script: "mount -o remount,ro /var/lib",
    says: /\/var\/lib\/[^\n]*EROFS/,
    fail: [APPLY, "rules remove --yes", "archive pull -f /mnt/in/a.yaml", "serve -f /mnt/in/a.yaml"],
  },
};

async function prepare(lab: Lab): Promise<void> {
  const own =
    `mkdir -p /mnt/in/checkout /mnt/root; mount --bind '${CHECKOUT}' /mnt/in/checkout; ` +
    "for place in /var/log /srv /tmp; do mount -t tmpfs -o mode=755 own $place; done";
  expect(
    await lab.run("sh", [
      "-ec",
      `${own}; chmod 755 /mnt /mnt/in /run /var/lib; mkdir /var/log/netpcap; : > /mnt/in/none.ndjson`,
    ]),
  ).toMatchObject({
    code: 0,
  });
  for (const [name, port] of Object.entries({ a: 22, b: 2222, c: 3333 }))
    await lab.run("tee", [`/mnt/in/${name}.yaml`], intentOf(port));
  for (const name of ["a", "c"]) await well(lab, `rules apply -f /mnt/in/${name}.yaml --yes --persist`);
  await well(lab, "default log ip6 none --persist");
}

function run(lab: Lab, words: string, enter = ""): Promise<Ran> {
  return lab.run("sh", ["-c", `cd /; exec timeout 20 ${enter} '${process.execPath}' '${PROGRAM}' ${words}`]);
}

async function well(lab: Lab, words: string, enter?: string): Promise<void> {
  const ran = await run(lab, words, enter);
  expect({ words, ...ran }, ran.stderr).toMatchObject({ words, code: 0 });
}

/** The kernel and every file that netlogctl may write, but for the store, which is made before anybody could be told of it. */
async function look(lab: Lab): Promise<string> {
  const files =
    "find /run /etc/netlogctl /etc/systemd /etc/sysusers.d /etc/tmpfiles.d /etc/modules-load.d /etc/passwd /var/lib /var/log /srv";
  const script = [
    "nft -s list ruleset; cat /proc/net/netfilter/nf_log; cat /proc/sys/net/netfilter/nf_conntrack_acct",
    `${files} -name netlogctl-serve -prune -o -type f -exec md5sum {} + -o -type l -print 2>/dev/null | sort`,
  ];
  return (await lab.run("sh", ["-c", script.join("\n")])).stdout;
}

async function allFail(
  lab: Lab,
  commands: readonly string[],
  { says, enter }: Pick<Place, "says" | "enter">,
): Promise<void> {
  const before = await look(lab);
  for (const words of commands) {
    const { code, stderr } = await run(lab, words, enter);
    expect(stderr, words).toMatch(/^netlogctl: [^\n]+\n {2}\S[^\n]+\n+$/);
    expect(stderr, words).toMatch(says);
    expect(stderr, words).not.toMatch(/this is a bug|container's \/proc\/sys/);
    expect(code, words).toBe(1);
  }
  expect(await look(lab)).toBe(before);
}

describe("nothing is changed, and one fault says why, with", () => {
  test.each(Object.entries(PLACES))("%s", async (_, place) => {
    await using lab = await openLab();
    await prepare(lab);
    const { fail, pendingFail = [], script } = place;
    if (pendingFail.length > 0) {
      await using waiting = await openLab();
      await prepare(waiting);
      await well(waiting, `${APPLY} --persist --confirm-within 600s`);
      expect(await waiting.run("sh", ["-ec", script])).toMatchObject({ code: 0, stderr: "" });
      await allFail(waiting, pendingFail, place);
    }
    expect(await lab.run("sh", ["-ec", script])).toMatchObject({ code: 0, stderr: "" });
    await allFail(lab, fail, place);
  });

  test("a user who has no rights", async ({ skip }) => {
    await using lab = await openLab();
    const enter = "setpriv --reuid 65534 --regid 65534 --clear-groups";
    const probe = await lab.run("sh", ["-c", `${enter} true`]);
    skip(probe.code !== 0, `no other user in this namespace: ${probe.stderr.trim()}`);
    await prepare(lab);
    const says = /EACCES|EPERM|Operation not permitted/;
    await allFail(lab, [...CHANGES, ...ANSWERS, ...writesTo("/var/lib"), "serve -f /mnt/in/a.yaml"], { says, enter });
  });
});

/** Is done well with them or without. */
const DONE = [
  "default log arp none --persist",
  `${APPLY} --confirm-within 60s`,
  "rules confirm",
  "rules rollback 1 --yes",
  "rules remove --yes",
  "restore",
  "service install",
  ...writesTo("/srv"),
];

describe("neither /tmp nor /dev/shm is needed:", () => {
  test("they are not there", async () => {
    await using lab = await openLab();
    await prepare(lab);
    const script = `${ROOT}
mkdir /mnt/root/run; mount --rbind /run /mnt/root/run
mount -t tmpfs dev /mnt/root/dev; for name in null zero full random urandom tty; do :> /mnt/root/dev/$name; mount --bind /dev/$name /mnt/root/dev/$name; done
ln -s /proc/self/fd /mnt/root/dev/fd; mount -o remount,ro /mnt/root`;
    expect(await lab.run("sh", ["-ec", script])).toMatchObject({ code: 0, stderr: "" });
    for (const words of DONE) await well(lab, words, "chroot /mnt/root");
    expect(await lab.run("ls", ["/mnt/root/tmp", "/mnt/root/dev/shm"])).toMatchObject({ code: 2 });
  });

  test("they are full", async () => {
    await using lab = await openLab();
    await prepare(lab);
    const script = `for place in /tmp /dev/shm; do mount -t tmpfs -o size=4k full $place; done
if [ ! -e '${MAIN}' ]; then mkdir -p '${CHECKOUT}'; mount --bind /mnt/in/checkout '${CHECKOUT}'; fi
for place in /tmp /dev/shm; do head -c 4096 /dev/zero > $place/x; done`;
    expect(await lab.run("sh", ["-ec", script])).toMatchObject({ code: 0, stderr: "" });
    for (const words of DONE) await well(lab, words);
    const served = await openServe(lab, `version: 1\n${SERVE}`);
    await served.signal("TERM");
    expect(await served.running.ended).toBe(0);
  });

  test("/dev/shm fills while a program prints: that is a fault, and nothing is taken for all of it", async () => {
    await using lab = await openLab();
    await prepare(lab);
    const nft = (await lab.run("sh", ["-c", "command -v nft"])).stdout.trim();
    const script = `mount -t tmpfs -o size=4m shm /dev/shm; mkdir /mnt/bin
printf '#!/bin/sh\\n[ -e /run/once ] || { : > /run/once; head -c 8388608 /dev/zero > /dev/shm/x; }\\nexec ${nft} "$@"\\n' > /mnt/bin/nft
chmod 755 /mnt/bin/nft`;
    await lab.run("sh", ["-ec", script]);
    const before = await look(lab);
    const { code, stderr } = await lab.run("sh", [
      "-c",
      `PATH=/mnt/bin:$PATH; '${process.execPath}' '${PROGRAM}' ${APPLY}`,
    ]);
    expect(stderr).toMatch(/\/dev\/shm: no space is left on the device \(ENOSPC\)/);
    expect(code).toBe(1);
    await lab.run("rm", ["/run/once"]);
    expect(await look(lab)).toBe(before);
  });
});

test("a /run that is not there is made, where it can be", async () => {
  await using lab = await openLab();
  await prepare(lab);
  expect(await lab.run("sh", ["-ec", ROOT])).toMatchObject({ code: 0, stderr: "" });
  await well(lab, "default log arp none", "chroot /mnt/root");
  expect((await lab.bound())[3]).toBe("NONE");
  expect((await lab.run("sh", ["-c", "cat /mnt/root/run/netlogctl/*/default-log.nft"])).stdout).toBe(
    "# The default log of this boot. Written by netlogctl.\ndefault log {\n\tarp none\n}\n",
  );
});
