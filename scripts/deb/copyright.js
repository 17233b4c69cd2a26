// The copyright file (Debian's format 1.0) of the program and of all that its build takes in or that comes with it.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Of what a checkout's package-lock.json has as dependencies at run time. */
export function copyright(root) {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  const bundled = Object.keys(packages)
    .filter((path) => path.startsWith("node_modules/") && !packages[path].dev && existsSync(join(root, path)))
    .toSorted();
  return [
    `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: netlogctl
Source: https://www.npmjs.com/package/netlogctl
Comment: The program is one pack of its own scripts and of the packages below,
 which npm installed when it was built. Modules of other platforms are left out.
`,
    stanza("Files: *", readFileSync(join(root, "LICENSE"), "utf8"), "Expat"),
    ...bundled.map((path) => ofPackage(root, path)),
  ].join("\n");
}

function ofPackage(root, path) {
  const { name, version, license } = JSON.parse(readFileSync(join(root, path, "package.json"), "utf8"));
  const file = readdirSync(join(root, path)).find((entry) => /^licen[cs]e(\.(txt|md))?$/i.test(entry));
  const text =
    file === undefined
      ? `${license}, says its package.json; it has no text of it.`
      : readFileSync(join(root, path, file), "utf8");
  if (license === "Apache-2.0")
    return stanza(`Files: ${filesOf(path)}`, APACHE, "Apache-2.0", `npm:${name}@${version}`);
  const shortName = `${license}-of-${name}`.replace(/[^\w.+-]+/g, "-");
  return stanza(`Files: ${filesOf(path)}`, text, shortName, `npm:${name}@${version}`);
}

const APACHE = "On Debian systems the licence stands in /usr/share/common-licenses/Apache-2.0.";

/** It is in the pack, or stands by itself. */
function filesOf(path) {
  return `usr/lib/netlogctl/dist/bin/* usr/lib/netlogctl/${path}/*`;
}

function stanza(files, text, license, comment) {
  const owners = text.split("\n").filter((line) => /^\W*(copyright\b.*\d{4}|\(c\))/i.test(line));
  const [first = "its authors", ...more] = [...new Set(owners.map((line) => line.trim()))];
  const lines = text
    .trim()
    .split(/\r?\n/)
    .map((line) => (line.trim() === "" ? " ." : ` ${line}`));
  return `${files}
Copyright: ${[first, ...more].join("\n ")}
License: ${license}
${lines.join("\n")}
${comment === undefined ? "" : `Comment: ${comment}\n`}`;
}
