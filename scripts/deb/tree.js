// Makes the tree of the Debian package, DEBIAN/ included, in the directory that it is given: the program as it was built, the
// native modules of this architecture, the units as netlogctl renders them, completions, manual pages.
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { packagedPath } from "../../dist/src/core/service/unit.js";
import { openHost, renderService } from "../../dist/src/index.js";
import { copyright } from "./copyright.js";
import { installProgram } from "./program.js";

const [tree] = process.argv.slice(2);
if (tree === undefined) throw new Error("usage: tree.js DIRECTORY");
const root = fileURLToPath(new URL("../..", import.meta.url));
const here = fileURLToPath(new URL(".", import.meta.url));
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const program = "/usr/bin/netlogctl";

chmodSync(tree, 0o755);
installProgram(root, join(tree, "usr/lib/netlogctl"));
link("usr/bin/netlogctl", "../lib/netlogctl/dist/bin/netlogctl.cjs");
const intent = sampleIntent();
write("etc/netlogctl/netlog.yaml", intent);
await writeUnits();
writeCompletions();
writePages();
write("usr/share/doc/netlogctl/copyright", copyright(root));
write("usr/share/doc/netlogctl/changelog.gz", zipped(read(join(root, "CHANGELOG.md"))));
write("usr/share/doc/netlogctl/changelog.Debian.gz", zipped(debianChangelog()));
write("usr/share/doc/netlogctl/README.md.gz", zipped(read(join(root, "README.md"))));
copyFolder(join(root, "examples"), "usr/share/doc/netlogctl/examples");
write("usr/share/lintian/overrides/netlogctl", read(join(here, "lintian-overrides")));
writeControl();

/** As `rules init` writes it, but that nothing of it counts before somebody edits it. */
function sampleIntent() {
  const directory = mkdtempSync(join(tmpdir(), "netlogctl-"));
  try {
    const file = join(directory, "netlog.yaml");
    execFileSync(process.execPath, [join(root, "dist/bin/netlogctl.cjs"), "rules", "init", "--file", file], {
      stdio: "pipe",
    });
    const text = read(file);
    const commented = text.replace(/^default-log:\n(?: {2}.*\n)+/m, (section) =>
      section.replace(/^/gm, "# ").replace(/# $/, ""),
    );
    if (commented === text) throw new Error("rules init writes no default-log:");
    return commented;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** The units that units.yaml wants; where a machine's own intent wants others, service install writes them below /etc. */
async function writeUnits() {
  const host = await openHost({});
  const readInput = (_path, bytesMax) => host.readInput(join(here, "units.yaml"), bytesMax);
  for (const unit of ["restore", "serve", "capture", "archive"]) {
    const intent = { file: "/etc/netlogctl/netlog.yaml", isNamed: false };
    const templates = { given: [], own: join(root, "templates") };
    const wish = { unit, program: [program], intent, templates };
    for (const { path, text } of (await renderService({ ...host, readInput }, wish)).files)
      write(packagedPath(path), text);
  }
}

function writeCompletions() {
  const places = {
    bash: "usr/share/bash-completion/completions/netlogctl",
    zsh: "usr/share/zsh/vendor-completions/_netlogctl",
    fish: "usr/share/fish/vendor_completions.d/netlogctl.fish",
  };
  for (const [shell, path] of Object.entries(places))
    write(path, read(join(root, `dist/completion/netlogctl.${shell}`)));
}

function writePages() {
  const directory = join(root, "dist/man");
  for (const name of readdirSync(directory)) {
    const section = /\.([1-8])$/.exec(name)?.[1];
    if (section !== undefined) write(`usr/share/man/man${section}/${name}.gz`, zipped(read(join(directory, name))));
  }
}

function debianChangelog() {
  const date = new Date(Number(process.env.SOURCE_DATE_EPOCH) * 1000).toUTCString().replace("GMT", "+0000");
  return `netlogctl (${version}-1) unstable; urgency=medium

  * What changed stands in /usr/share/doc/netlogctl/changelog.gz.

 -- ${maintainer()}  ${date}
`;
}

function maintainer() {
  return process.env.DEBFULLNAME && process.env.DEBEMAIL
    ? `${process.env.DEBFULLNAME} <${process.env.DEBEMAIL}>`
    : "netlogctl maintainers <maintainers@netlogctl.invalid>";
}

function writeControl() {
  const architecture = execFileSync("dpkg", ["--print-architecture"], { encoding: "utf8" }).trim();
  const bytes = execFileSync("du", ["--summarize", "--apparent-size", "--block-size=1024", tree], { encoding: "utf8" });
  const control = read(join(here, "control"))
    .replace("@VERSION@", version)
    .replace("@ARCHITECTURE@", architecture)
    .replace("@MAINTAINER@", maintainer())
    .replace("@SIZE@", Number.parseInt(bytes, 10));
  write("DEBIAN/control", control);
  write("DEBIAN/conffiles", "/etc/netlogctl/netlog.yaml\n");
  for (const script of ["postinst", "prerm", "postrm"]) write(`DEBIAN/${script}`, read(join(here, script)), 0o755);
  const sums = execFileSync("sh", ["-c", "find usr etc -type f -print0 | sort -z | xargs -0 md5sum"], {
    cwd: tree,
    encoding: "utf8",
  });
  write(
    "DEBIAN/md5sums",
    sums
      .split("\n")
      .filter((line) => !line.endsWith(" etc/netlogctl/netlog.yaml"))
      .join("\n"),
  );
}

function copyFolder(from, to) {
  for (const name of readdirSync(from, { recursive: true })) {
    if (statSync(join(from, name)).isFile()) write(join(to, name), readFileSync(join(from, name)));
  }
}

function read(path) {
  return readFileSync(path, "utf8");
}

/** gzip(1) --best --no-name: without a time. */
function zipped(text) {
  return gzipSync(text, { level: 9 });
}

function link(path, target) {
  mkdirSync(dirname(join(tree, path)), { recursive: true });
  execFileSync("ln", ["-s", target, join(tree, path)]);
}

function write(path, content, mode = 0o644) {
  mkdirSync(dirname(join(tree, path)), { recursive: true });
  writeFileSync(join(tree, path), content, { mode });
}
