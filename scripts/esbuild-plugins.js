// What esbuild is told of our sources and of the libraries that are slow to load as they come.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** V8 takes ASCII as it is; esbuild leaves other letters only in regular expressions. */
export const asciiOnly = {
  name: "ascii-only",
  setup(building) {
    building.onLoad({ filter: /\/node_modules\/ansis\// }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replace(/[^\0-\x7f]/g, (letter) => `\\u${hexOf(letter)}`),
    }));
  },
};
const hexOf = (letter) => letter.charCodeAt(0).toString(16).padStart(4, "0");

/** What ink loads for developers, and nobody else has. */
export const withoutDevtools = {
  name: "without-devtools",
  setup(building) {
    building.onResolve({ filter: /^react-devtools-core$/ }, ({ path }) => ({ path, namespace: "left-out" }));
    building.onLoad({ filter: /.*/, namespace: "left-out" }, () => ({ contents: "export default undefined;" }));
  },
};

/** oclif requires all of itself at once, help, plugins and spinners too: here each part when it is first used. */
export const lazyOclif = {
  name: "lazy-oclif",
  setup(building) {
    building.onLoad({ filter: /\/node_modules\/@oclif\/core\/lib\/.*\.js$/ }, ({ path }) => {
      const names = [];
      const declared = readFileSync(path, "utf8").replace(
        /^(?:const|var) (\w+_\d+) = ((?:__importDefault\()?require\(["'][^"']+["']\)\)?);$/gm,
        (_, name, required) => {
          names.push(name);
          return `let ${name}$; function ${name}_() { return ${name}$ ??= ${required}; }`;
        },
      );
      const contents = names.reduce(
        (text, name) => text.replace(new RegExp(`\\b${name}\\b(?!\\$)`, "g"), `(${name}_())`),
        declared,
      );
      // Its own listener throws; main has one that tells what is wrong.
      if (path.endsWith("/lib/command.js"))
        return { contents: without(contents, /^process\.stdout\.on\([\s\S]*?^\}\);$/m) };
      // Ids are ASCII: they are in order without the rules of a language, which are slow to load.
      return { contents: contents.replace(/a\.id\.localeCompare\(b\.id\)/, "(a.id < b.id ? -1 : 1)") };
    });
  },
};

function without(text, part) {
  if (!part.test(text)) throw new Error(`there is no ${part}`);
  return text.replace(part, "");
}

/** What of these libraries is slow to load is loaded when a text needs it: most are ASCII, and hold no template. */
export const lazyTexts = {
  name: "lazy-texts",
  setup(building) {
    building.onResolve({ filter: /\?all$/ }, ({ path }) => ({ path: path.replace("?all", ""), suffix: "?all" }));
    const lazily = (filter, write) => {
      building.onLoad({ filter }, ({ path, suffix }) => {
        if (suffix === "?all") return undefined;
        const isModule = /^export default/m.test(readFileSync(path, "utf8"));
        const all = `require(${JSON.stringify(`${path}?all`)})${isModule ? ".default" : ""}`;
        return { contents: `${isModule ? "export default" : "module.exports ="} ${write(all)};` };
      });
    };
    lazily(
      /\/node_modules\/string-width\/index\.js$/,
      (all) => `(text, options) => /^[ -~]*$/.test(text) ? text.length : ${all}(text, options)`,
    );
    lazily(/\/node_modules\/handlebars\/lib\/index\.js$/, (all) => `({ create: () => ${all}.create() })`);
    lazily(
      /\/node_modules\/ejs\/lib\/\w+\/ejs\.js$/,
      (all) => `({ render: (text, ...more) => text.includes("<%") ? ${all}.render(text, ...more) : text })`,
    );
  },
};

/** oclif asks at each start whether it is on Windows after all. */
export const withoutWindows = {
  name: "without-windows",
  setup(building) {
    building.onResolve({ filter: /^wsl-utils$/ }, ({ path }) => ({ path, namespace: "no-windows" }));
    building.onLoad({ filter: /.*/, namespace: "no-windows" }, () => ({ contents: "export const isWsl = false;" }));
  },
};

/**
 * Commands take verbs from src/index.ts. esbuild splits whole files, so that each command would load all that the index
 * names: here an import goes to the file that has what is wanted.
 */
export function throughIndex(root) {
  const index = join(root, "src/index.ts");
  const places = new Map(exportsOf(index));
  return {
    name: "through-index",
    setup(building) {
      building.onLoad({ filter: /\/(commands|src\/cli)\/.*\.ts$/ }, ({ path }) => {
        const contents = readFileSync(path, "utf8").replace(
          /^import \{([^}]*)\} from "(?:\.\.\/)+(?:src\/)?index\.ts";/gm,
          (text, names) => {
            const imports = namesOf(names).map(([name, here]) => {
              if (!places.has(name)) throw new Error(`${path}: ${index} has no ${name}`);
              const [file, there] = places.get(name);
              return `import { ${there} as ${here} } from ${JSON.stringify(join(dirname(index), file))};`;
            });
            return imports.join(" ") + text.replace(/[^\n]/g, ""); // each line stays where it was
          },
        );
        return { contents, loader: "ts" };
      });
    },
  };
}

/** Name -> the file that has it, and its name there. */
function exportsOf(index) {
  return [...readFileSync(index, "utf8").matchAll(/^export \{([^}]*)\} from "([^"]+)";/gm)].flatMap(([, names, file]) =>
    namesOf(names).map(([there, name]) => [name, [file, there]]),
  );
}

/** What stands between the braces of an import or export: pairs of names, without types. */
function namesOf(list) {
  const words = list.split(",").map((word) => word.trim());
  return words
    .filter((word) => word !== "" && !word.startsWith("type "))
    .map((word) => {
      const [name, as = name] = word.split(" as ");
      return [name, as];
    });
}
