import { fstatSync, openSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";
import { Script } from "node:vm";

/** Where a script stands in the pack, and then what V8 made of it: offset and bytes of each. */
type Place = readonly [offset: number, bytes: number, cacheOffset?: number, cacheBytes?: number];

interface Index {
  /** Of the whole pack. */
  readonly bytes: number;
  /** Which Node made the caches. V8 takes those of another patch of itself for its own, and crashes. */
  readonly cachedBy?: string;
  readonly scripts: Readonly<Record<string, Place>>;
  /** Chunk -> the script that has it. */
  readonly chunks: Readonly<Record<string, string>>;
}

interface Module {
  exports: unknown;
}

type Require = (id: string) => unknown;

type Run = (require: Require, module: Module, filename: string, directory: string) => void;

interface Compiled {
  readonly script: Script;
  readonly filename: string;
  /** The chunks in it, by their names. */
  readonly chunks: Readonly<Record<string, Run>>;
}

/** Where a pack is read from. */
export interface PackSource {
  /** The text of its index. */
  readonly index: string;
  /** Of the whole pack. */
  readonly bytes: number;
  read(offset: number, bytes: number): Buffer;
}

/** The program's chunks, each compiled and run when it is first required. */
export class Pack {
  /** The Node that runs, as far as its caches go. */
  static readonly thisNode = `${process.version} ${process.versions.v8} ${process.arch}`;

  readonly #directory: string;
  readonly #require: Require;
  readonly #index: Index;
  readonly #hasCaches: boolean;
  readonly #source: PackSource;
  readonly #compiled = new Map<string, Compiled>();
  readonly #modules = new Map<string, Module>();

  /** Opens the pack in this directory; what is no chunk of it is required from there. @throws if it is not whole */
  constructor(directory: string, require: Require, source: PackSource = openFiles(directory)) {
    this.#directory = directory;
    this.#require = require;
    this.#source = source;
    this.#index = JSON.parse(source.index) as Index;
    this.#hasCaches = this.#index.cachedBy === Pack.thisNode;
    if (source.bytes !== this.#index.bytes) throw new Error("netlogctl.pack is not that of its index");
  }

  /** What a chunk ("./main.js") or a module exports. */
  readonly load = (id: string): unknown => {
    const before = this.#modules.get(id);
    if (before !== undefined) return before.exports;
    const name = this.#index.chunks[id];
    if (name === undefined) return this.#require(id);

    const { chunks, filename } = this.#compiled.get(name) ?? this.#compile(name);
    const module: Module = { exports: {} };
    this.#modules.set(id, module); // before it is run: chunks may require each other
    chunks[id]?.(this.load, module, filename, this.#directory);
    return module.exports;
  };

  /** Loads all chunks, and gives what V8 has compiled of each script by then. */
  createCaches(): [script: string, cache: Buffer][] {
    for (const id of Object.keys(this.#index.chunks)) this.load(id);
    return [...this.#compiled].map(([name, { script }]) => [name, script.createCachedData()]);
  }

  #compile(name: string): Compiled {
    const [offset, bytes, cacheOffset, cacheBytes] = this.#index.scripts[name] as Place;
    const filename = join(this.#directory, `${name}.js`);
    const hasCache = this.#hasCaches && cacheOffset !== undefined;
    const cached = hasCache ? { cachedData: this.#source.read(cacheOffset, cacheBytes ?? 0) } : {};
    const script = new Script(this.#source.read(offset, bytes).toString("latin1"), { filename, ...cached });
    const compiled = { script, filename, chunks: script.runInThisContext() as Compiled["chunks"] };
    this.#compiled.set(name, compiled);
    return compiled;
  }
}

function openFiles(directory: string): PackSource {
  const index = readFileSync(join(directory, "netlogctl.index.json"), "latin1");
  const file = openSync(join(directory, "netlogctl.pack"), "r");
  const read = (offset: number, bytes: number): Buffer => {
    const slice = Buffer.allocUnsafe(bytes);
    if (readSync(file, slice, 0, bytes, offset) < bytes) throw new Error("netlogctl.pack was cut off");
    return slice;
  };
  return { index, bytes: fstatSync(file).size, read };
}
