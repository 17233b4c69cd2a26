// Has koffi and libsql find their native parts in the one file that the program is.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** What of each library looks for its native part, and what stands there instead. */
const EDITS = {
  "koffi/src/koffi/index.cjs": [
    [/^var \{ loadStatic \} = require\("\.\/src\/static\.cjs"\);$/m, ""],
    [/loadStatic\(pkg\) \?\? loadDynamic2\(__dirname, pkg, triplets\)/, 'require("held:koffi.node")'],
    [/\(0, import_node_module\.createRequire\)\(__filename\)/, "undefined"],
  ],
  "libsql/index.js": [
    [/^const \{ load, currentTarget \} = require\("@neon-rs\/load"\);$/m, ""],
    [/^const \{ familySync, GLIBC, MUSL \} = require\("detect-libc"\);$/m, ""],
    [/^function requireNative\(\) \{[\s\S]*?^\}$/m, 'const requireNative = () => require("held:libsql.node");'],
  ],
};

/** A plugin of esbuild. */
export const heldLibraries = {
  name: "held-libraries",
  setup(building) {
    building.onLoad({ filter: /\/node_modules\/(koffi\/src\/koffi\/index\.cjs|libsql\/index\.js)$/ }, ({ path }) => ({
      contents: edited(readFileSync(path, "utf8"), EDITS[path.slice(path.lastIndexOf("/node_modules/") + 14)]),
    }));
    building.onResolve({ filter: /^koffi$/ }, () => ({ path: `${root}node_modules/koffi/src/koffi/index.cjs` }));
    building.onResolve({ filter: /^held:/ }, ({ path }) => ({ path: path.slice("held:".length), namespace: "held" }));
    building.onLoad({ filter: /.*/, namespace: "held" }, ({ path }) => ({
      contents: `module.exports = require("./src/host/held-library.ts").loadHeldLibrary(${JSON.stringify(path)});`,
      resolveDir: root,
    }));
  },
};

function edited(text, edits) {
  return edits.reduce((before, [part, instead]) => {
    if (!part.test(before)) throw new Error(`there is no ${part}`);
    return before.replace(part, instead);
  }, text);
}
