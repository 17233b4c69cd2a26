// Writes netlogctl-linux-ARCH into the directory that it is given: the Node that runs this, stripped, with the program in it
// (Node's single executable applications). What was built in dist/bin is taken as it is; the scripts that need native libraries
// are bundled anew, so that they find them in the file.
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { inject } from "postject";
import { copyright } from "../deb/copyright.js";
import { WORKERS } from "../workers.js";
import { heldLibraries } from "./held-libraries.js";

const [out] = process.argv.slice(2);
if (out === undefined) throw new Error("usage: build.js DIRECTORY");
const root = fileURLToPath(new URL("../..", import.meta.url));
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const work = mkdtempSync(join(tmpdir(), "netlogctl-sea-"));
const assets = {};

try {
  await bundle("src/sea.ts", "sea.cjs");
  for (const [folder, name] of Object.entries(WORKERS))
    hold(`dist/bin/${name}.cjs`, await bundle(`src/${folder}/worker.ts`, `${name}.cjs`));
  for (const name of ["netlogctl.index.json", "netlogctl.pack", "netlogctl.maps.json"]) hold(`dist/bin/${name}`);
  hold("dist/bin/inspector.mjs", inspector());
  for (const name of ["package.json", "oclif.manifest.json"]) hold(name);
  for (const name of readdirSync(join(root, "templates"))) hold(`templates/${name}`);
  hold("koffi.node", join(root, `node_modules/@koromix/koffi-linux-${process.arch}/linux_${process.arch}/koffi.node`));
  hold("libsql.node", join(root, `node_modules/@libsql/linux-${process.arch}-gnu/index.node`));
  hold("copyright", write("copyright", copyright(root)));
  assets["names.json"] = write("names.json", JSON.stringify(Object.keys(assets)));
  await writeProgram(join(out, `netlogctl-linux-${process.arch}`));
} finally {
  rmSync(work, { recursive: true });
}

function hold(name, path = join(root, name)) {
  assets[name] = path;
}

function write(name, content) {
  writeFileSync(join(work, name), content);
  return join(work, name);
}

async function bundle(entry, name) {
  await build({
    absWorkingDir: root,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20.19",
    minify: true,
    entryPoints: [entry],
    outfile: join(work, name),
    define: { PACKAGE_VERSION: JSON.stringify(version) },
    plugins: [heldLibraries],
    logLevel: "error",
  });
  return join(work, name);
}

/** A module that comes from no file has no place of its own to require from. */
function inspector() {
  const text = readFileSync(join(root, "dist/bin/inspector.mjs"), "utf8");
  const here = text.replace("createRequire(import.meta.url)", "createRequire(process.execPath)");
  if (here === text) throw new Error("inspector.mjs does not begin as it should");
  return write("inspector.mjs", here.replace(/\n\/\/# sourceMappingURL=.*\n?$/, "\n"));
}

async function writeProgram(path) {
  const config = {
    main: join(work, "sea.cjs"),
    output: join(work, "blob"),
    assets,
    disableExperimentalSEAWarning: true,
  };
  execFileSync(process.execPath, ["--experimental-sea-config", write("sea.json", JSON.stringify(config))], {
    stdio: "pipe",
  });
  const program = join(work, "program");
  copyFileSync(process.execPath, program);
  chmodSync(program, 0o755);
  execFileSync("strip", ["--strip-all", program]);
  const sentinelFuse = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";
  await inject(program, "NODE_SEA_BLOB", readFileSync(join(work, "blob")), { sentinelFuse });
  copyFileSync(program, path);
  chmodSync(path, 0o755);
  process.stderr.write(`${path}: ${statSync(path).size} bytes, Node ${process.version}\n`);
}
