// The program as a package of a distribution installs it: what was built, and the native modules of one architecture.
import { cpSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Puts the program of this checkout into a directory. */
export function installProgram(root, directory) {
  const { name, version, description, license, type, engines, bin, oclif } = JSON.parse(
    readFileSync(join(root, "package.json"), "utf8"),
  );
  const kept = { name, version, description, license, private: true, type, engines, bin, oclif };
  put(directory, "package.json", `${JSON.stringify(kept, undefined, 2)}\n`);
  for (const file of readdirSync(join(root, "dist/bin"))) {
    if (!file.endsWith(".mjs.map") && !file.endsWith(".LEGAL.txt")) copy(root, directory, join("dist/bin", file));
  }
  copy(root, directory, "oclif.manifest.json");
  for (const file of readdirSync(join(root, "templates"))) copy(root, directory, join("templates", file));
  for (const file of NATIVE) copy(root, directory, join("node_modules", file));
  dropCaches(join(directory, "dist/bin"));
  withThisNode(join(directory, "dist/bin/netlogctl.cjs"));
}

const NATIVE = [
  "koffi/package.json",
  "koffi/index.cjs",
  "koffi/src/koffi/index.cjs",
  "koffi/src/koffi/src/static.cjs",
  `@koromix/koffi-linux-${process.arch}/package.json`,
  `@koromix/koffi-linux-${process.arch}/index.js`,
  `@koromix/koffi-linux-${process.arch}/linux_${process.arch}/koffi.node`,
  "libsql/package.json",
  "libsql/index.js",
  "libsql/auth.js",
  "libsql/sqlite-error.js",
  `@libsql/linux-${process.arch}-gnu/package.json`,
  `@libsql/linux-${process.arch}-gnu/index.node`,
  "@neon-rs/load/package.json",
  "@neon-rs/load/dist/index.js",
  "libsql/node_modules/detect-libc/package.json",
  "libsql/node_modules/detect-libc/lib",
];

/** What V8 made of the scripts is good for the very Node that did, and differs from one build to the next. */
function dropCaches(bin) {
  const path = join(bin, "netlogctl.index.json");
  const index = JSON.parse(readFileSync(path, "utf8"));
  for (const [name, [offset, bytes]] of Object.entries(index.scripts)) index.scripts[name] = [offset, bytes];
  const bytes = Math.max(...Object.values(index.scripts).map(([offset, length]) => offset + length));
  truncateSync(join(bin, "netlogctl.pack"), bytes);
  writeFileSync(path, JSON.stringify({ bytes, scripts: index.scripts, chunks: index.chunks }));
}

/** The distribution's Node, whatever else PATH leads to. */
function withThisNode(path) {
  const text = readFileSync(path, "utf8");
  const found = text.replace(/^#!\/usr\/bin\/env node\n/, "#!/usr/bin/node\n");
  if (found === text) throw new Error(`${path} does not begin as it should`);
  writeFileSync(path, found, { mode: 0o755 });
}

function copy(root, directory, path) {
  mkdirSync(dirname(join(directory, path)), { recursive: true });
  cpSync(join(root, path), join(directory, path), { recursive: true });
}

function put(directory, path, text) {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, path), text);
}
