// Writes the program into dist/bin: netlogctl.cjs, which runs chunks out of netlogctl.pack: one for each command, and what
// they share. Nothing else is read at a start. The library is not bundled: tsc writes it.
import { isAscii } from "node:buffer";
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";
import { asciiOnly, lazyOclif, lazyTexts, throughIndex, withoutDevtools, withoutWindows } from "./esbuild-plugins.js";
import { WORKERS } from "./workers.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const outdir = `${root}dist/bin`;
const { version } = JSON.parse(readFileSync(`${root}package.json`, "utf8"));
const common = { absWorkingDir: root, bundle: true, platform: "node", format: "cjs", target: "node20.19" };
const define = { PACKAGE_VERSION: JSON.stringify(version) };
const quiet = { minify: true, sourcesContent: false };

const ids = readdirSync(`${root}commands`, { recursive: true })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => name.slice(0, -".ts".length).replaceAll("/", ":"));
const commands = ids.map((id) => {
  const file = JSON.stringify(`./commands/${id.replaceAll(":", "/")}.ts`);
  return `${JSON.stringify(id)}: () => import(${file}),`;
});
const { outputFiles, metafile } = await build({
  ...common,
  ...quiet,
  format: "esm",
  splitting: true,
  stdin: {
    contents: `import { main } from "./src/main.ts";
export const run = (root, words) => main(root, words, {\n${commands.join("\n")}\n});`,
    resolveDir: root,
  },
  entryNames: "main",
  chunkNames: "[hash]",
  outdir,
  write: false,
  metafile: true,
  // oclif asks for TypeScript only where it runs sources; koffi and libsql find their libraries beside themselves.
  external: ["typescript", "koffi", "libsql"],
  define: { ...define, "process.env.OCLIF_DISABLE_ENGINE_WARNING": '"1"' }, // it looks for a package.json of its own
  sourcemap: "inline",
  legalComments: "external",
  plugins: [asciiOnly, lazyOclif, lazyTexts, withoutWindows, throughIndex(root)],
});

// A chunk is what stands in a function: require finds the other chunks in the pack, and modules beside it. What every
// command needs is compiled as one script, each of the rest by itself.
const { outputs } = metafile;
const entries = Object.keys(outputs).filter((path) => outputs[path].entryPoint?.startsWith("commands/"));
const reached = entries.map((path) => reachedFrom(path));
const isShared = (path) => reached.every((chunks) => chunks.has(path));

/** A chunk and all that are required with it. */
function reachedFrom(path, chunks = new Set()) {
  if (chunks.has(path)) return chunks;
  chunks.add(path);
  const required = outputs[path].imports.filter(({ kind, external }) => kind === "import-statement" && !external);
  for (const chunk of required) reachedFrom(chunk.path, chunks);
  return chunks;
}

/** Script -> the chunks in it. */
const scripts = new Map([["shared", []]]);
for (const file of outputFiles.filter(({ path }) => path.endsWith(".js"))) {
  if (isShared(relative(root, file.path))) scripts.get("shared").push(file);
  else scripts.set(basename(file.path, ".js"), [file]);
}
mkdirSync(outdir, { recursive: true });
const index = { bytes: 0, scripts: {}, chunks: {} };
const maps = {};
let pack = "";
for (const [name, files] of scripts) {
  let script = "({";
  const sections = [];
  for (const { path, text } of files) {
    const { code, map } = await transform(text, {
      ...quiet,
      format: "cjs",
      platform: "node",
      target: common.target,
      sourcefile: basename(path),
      sourcemap: "external",
      supported: { "dynamic-import": false }, // what is compiled from a cache has no loader of modules
    });
    if (!isAscii(Buffer.from(code))) throw new Error(`${path} is not ASCII`);
    const id = `./${basename(path)}`;
    script += `${JSON.stringify(id)}(require, module, __filename, __dirname) {\n`;
    sections.push({ offset: { line: script.split("\n").length - 1, column: 0 }, map: JSON.parse(map) });
    script += `${code}},\n`;
    index.chunks[id] = name;
  }
  script += "})";
  index.scripts[name] = [pack.length, script.length];
  maps[name] = { version: 3, sections };
  pack += script;
}
index.bytes = pack.length;
writeFileSync(`${outdir}/netlogctl.pack`, pack, "latin1");
writeFileSync(`${outdir}/netlogctl.index.json`, JSON.stringify(index));
writeFileSync(`${outdir}/netlogctl.maps.json`, JSON.stringify(maps));
const notices = outputFiles.filter(({ path }) => path.endsWith(".LEGAL.txt")).map(({ text }) => text);
writeFileSync(`${outdir}/netlogctl.LEGAL.txt`, notices.join("\n"));

await build({
  ...common,
  entryPoints: ["src/bin.ts"],
  outfile: `${outdir}/netlogctl.cjs`,
  define,
  banner: { js: "#!/usr/bin/env node" },
});
chmodSync(`${outdir}/netlogctl.cjs`, 0o755);

for (const [folder, name] of Object.entries(WORKERS)) {
  await build({
    ...common,
    entryPoints: [`src/${folder}/worker.ts`],
    outfile: `${outdir}/${name}.cjs`,
    external: ["koffi", "libsql"], // they find their libraries beside themselves
  });
}
// The browser of packets stands by itself: what it is made of is slow to load, and can only be a module. A script that came
// out of the cache of V8 cannot import, so that a file in between does.
writeFileSync(`${outdir}/inspector.cjs`, 'module.exports = () => import("./inspector.mjs");\n');
await build({
  ...common,
  ...quiet,
  format: "esm",
  entryPoints: ["src/inspect/inspector.ts"],
  outfile: `${outdir}/inspector.mjs`,
  define: { "process.env.NODE_ENV": '"production"', "process.env.DEV": '"false"' },
  banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  sourcemap: true,
  legalComments: "external",
  plugins: [withoutDevtools],
});
