// Where benchmarks run: namespaces of their own, as root, with the machine's other firewalls laid over /usr if they are unpacked.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout, with a slash at its end. */
export const ROOT = fileURLToPath(new URL("..", import.meta.url));
const MAIN = `${ROOT}dist/bin/netlogctl.cjs`;
const UNPACKED = `${ROOT}.cache/neighbours`;
const SOURCES = [
  ...["src", "commands", "templates"],
  ...["bundle", "code-cache", "esbuild-plugins", "manifest"].map((name) => `scripts/${name}.js`),
];

/**
 * The environment of every program here, and no more of the caller's: shorewall takes what it knows into its scripts, and Node 20
 * loads NODE_EXTRA_CA_CERTS at each start, which takes longer than the start.
 */
export const ENV = {
  PATH: `${process.env.PATH}:/usr/sbin:/sbin`,
  HOME: "/root",
  TMPDIR: process.env.TMPDIR ?? "/tmp",
  LC_ALL: "C",
  NO_COLOR: "1",
};

/** The command line of netlogctl. */
export const netlogctl = (...words) => [process.execPath, MAIN, ...words];

/** Whether a program is there. */
export const has = (program) => ENV.PATH.split(delimiter).some((directory) => existsSync(join(directory, program)));

/** What keeps benchmarks from running here; empty if nothing does. */
export function obstacle() {
  if (process.getuid() !== 0) return "benchmarks make namespaces and send packets in them: run them as root";
  if (!existsSync(MAIN)) return "there is no dist/: run npm run build first";
  if (!existsSync("/usr/bin/time")) return "there is no /usr/bin/time: install the package time";
  return "";
}

/** Whether a source is newer than what was built of it. */
export function isStale() {
  const built = statSync(MAIN).mtimeMs;
  const isNewer = (path) =>
    statSync(path).isDirectory()
      ? readdirSync(path).some((name) => isNewer(join(path, name)))
      : statSync(path).mtimeMs > built;
  return SOURCES.some((name) => isNewer(ROOT + name));
}

const MOUNTS = [
  "mount -t tmpfs run /run",
  "mount -t tmpfs lab /mnt",
  "mkdir /mnt/upper /mnt/work",
  "mount -t overlay -o lowerdir=/etc,upperdir=/mnt/upper,workdir=/mnt/work etc /etc",
  "mount -t tmpfs lib /var/lib",
  "mount -t tmpfs log /var/log",
  ...(existsSync(UNPACKED)
    ? [`mount -t overlay -o lowerdir=${UNPACKED}/usr:/usr usr /usr`, `cp -R ${UNPACKED}/etc/. /etc`]
    : []),
  "ip link set lo up",
  'exec "$@"',
].join(" && ");

/** The command line that runs another in network, mount and process namespaces of its own, which end with it. */
export const inLab = (command) => [
  ..."setpriv --pdeathsig KILL -- unshare".split(" "), // and with us, however we end
  ..."--net --mount --pid --fork --mount-proc --kill-child".split(" "),
  ...["sh", "-c", MOUNTS, "sh", ...command],
];

/** Runs a program that is not measured, and gives what it printed. */
export function ok(file, ...args) {
  const { status, stdout, stderr, error } = spawnSync(file, args, { env: ENV, encoding: "utf8", maxBuffer: 2 ** 30 });
  if (status !== 0) throw new Error(`${file} ${args.join(" ")} ended with ${status}: ${error ?? stdout + stderr}`);
  return stdout.trim();
}
