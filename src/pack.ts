import { openSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";
import { Script } from "node:vm";

/** Where a chunk stands in the pack, and then what V8 made of it: offset and bytes of each. */
type Place = readonly [offset: number, bytes: number, cacheOffset?: number, cacheBytes?: number];

interface Chunk {
  readonly script: Script;
  readonly module: { exports: unknown };
}

/** The program's chunks, each compiled and run when it is first required. V8 takes its cache for that of the same V8 only. */
export class Pack {
  readonly #directory: string;
  readonly #require: NodeJS.Require;
  readonly #index: Readonly<Record<string, Place>>;
  readonly #file: number;
  readonly #chunks = new Map<string, Chunk>();

  /** Opens the pack in this directory; what is no chunk of it is required from there. */
  constructor(directory: string, require: NodeJS.Require) {
    this.#directory = directory;
    this.#require = require;
    this.#index = JSON.parse(readFileSync(join(directory, "netlogctl.index.json"), "latin1")) as Record<string, Place>;
    this.#file = openSync(join(directory, "netlogctl.pack"), "r");
  }

  /** What a chunk ("./main.js") or a module exports. */
  readonly load = (id: string): unknown => {
    const place = id.startsWith("./") ? this.#index[id] : undefined;
    if (place === undefined) return this.#require(id);
    const chunk = this.#chunks.get(id) ?? this.#run(id, place);
    return chunk.module.exports;
  };

  /** What V8 has compiled by now of the chunks that were run: chunk -> cache. */
  createCaches(): Map<string, Buffer> {
    return new Map([...this.#chunks].map(([id, { script }]) => [id, script.createCachedData()]));
  }

  #run(id: string, [offset, bytes, cacheOffset, cacheBytes]: Place): Chunk {
    const filename = join(this.#directory, id);
    const cached = cacheOffset === undefined ? {} : { cachedData: this.#read(cacheOffset, cacheBytes ?? 0) };
    const script = new Script(this.#read(offset, bytes).toString("latin1"), { filename, ...cached });
    const chunk = { script, module: { exports: {} } };
    this.#chunks.set(id, chunk); // before it is run: chunks may require each other
    script.runInThisContext()(this.load, chunk.module, filename, this.#directory);
    return chunk;
  }

  #read(offset: number, bytes: number): Buffer {
    const slice = Buffer.allocUnsafe(bytes);
    readSync(this.#file, slice, 0, bytes, offset);
    return slice;
  }
}
