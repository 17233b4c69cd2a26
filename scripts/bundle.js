// Writes the program into dist/bin: netlogctl.cjs, which runs bundle.cjs, which holds all that a command may need and reads
// nothing else at its start. The library is not bundled: tsc writes it.
import { isAscii } from "node:buffer";
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const outdir = `${root}dist/bin`;
const common = { absWorkingDir: root, bundle: true, platform: "node", format: "cjs", target: "node20.19" };

const files = readdirSync(`${root}commands`, { recursive: true }).filter((name) => name.endsWith(".ts"));
const commands = files.map((name) => {
  const id = name.slice(0, -".ts".length).replaceAll("/", ":");
  return `${JSON.stringify(id)}: () => import("./commands/${name}"),`;
});
// The bundle is read as ASCII, which V8 takes as it is; esbuild leaves other letters only in regular expressions.
const asciiOnly = {
  name: "ascii-only",
  setup(building) {
    building.onLoad({ filter: /\/node_modules\/ansis\// }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replace(/[^\0-\x7f]/g, (letter) => `\\u${hexOf(letter)}`),
    }));
  },
};
const hexOf = (letter) => letter.charCodeAt(0).toString(16).padStart(4, "0");

// V8 takes a cache for that of any source of the same length.
rmSync(`${outdir}/bundle.cache`, { force: true });
await build({
  ...common,
  stdin: {
    contents: `import { main } from "./src/main.ts";
export const run = (root, words) => main(root, words, {\n${commands.join("\n")}\n});`,
    resolveDir: root,
  },
  outfile: `${outdir}/bundle.cjs`,
  // oclif asks for TypeScript only where it runs sources; koffi and libsql find their libraries beside themselves.
  external: ["typescript", "koffi", "libsql"],
  supported: { "dynamic-import": false }, // what is not in the bundle is required: its script has no loader of modules
  banner: { js: "(function (require, __filename, __dirname) { const module = { exports: {} };" },
  footer: { js: "return module.exports.run; })" },
  minify: true,
  sourcemap: true,
  sourcesContent: false,
  legalComments: "external",
  plugins: [asciiOnly],
});
if (!isAscii(readFileSync(`${outdir}/bundle.cjs`))) throw new Error("the bundle is not ASCII");
await build({
  ...common,
  entryPoints: ["src/bin.ts"],
  outfile: `${outdir}/netlogctl.cjs`,
  banner: { js: "#!/usr/bin/env node" },
});
const workers = {
  "host/trial": "trial-worker",
  "host/packets": "packet-worker",
  "host/capture": "capture-worker",
  "host/flows": "flow-worker",
  "daemon/store": "store-worker",
};
for (const [folder, name] of Object.entries(workers)) {
  await build({
    ...common,
    entryPoints: [`src/${folder}/worker.ts`],
    outfile: `${outdir}/${name}.cjs`,
    external: ["koffi", "libsql"], // they find their libraries beside themselves
  });
}
// What ink loads for developers, and nobody else has.
const withoutDevtools = {
  name: "without-devtools",
  setup(building) {
    building.onResolve({ filter: /^react-devtools-core$/ }, ({ path }) => ({ path, namespace: "left-out" }));
    building.onLoad({ filter: /.*/, namespace: "left-out" }, () => ({ contents: "export default undefined;" }));
  },
};
// The browser of packets stands by itself: what it is made of is slow to load, and can only be a module. A script that came
// out of the cache of V8 cannot import, so that a file in between does.
writeFileSync(`${outdir}/inspector.cjs`, 'module.exports = () => import("./inspector.mjs");\n');
await build({
  ...common,
  format: "esm",
  entryPoints: ["src/inspect/inspector.ts"],
  outfile: `${outdir}/inspector.mjs`,
  define: { "process.env.NODE_ENV": '"production"', "process.env.DEV": '"false"' },
  banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  minify: true,
  sourcemap: true,
  sourcesContent: false,
  legalComments: "external",
  plugins: [withoutDevtools],
});
chmodSync(`${outdir}/netlogctl.cjs`, 0o755);
