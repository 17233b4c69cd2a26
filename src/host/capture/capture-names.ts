import { captureFileName } from "../../core/capture/file-name.ts";
import { localOffset } from "./local-offset.ts";
import type { RingDirectory } from "./ring-directory.ts";

/** Names the captures of a ring. What was deleted gives its name to none: the ring goes by names, and a new capture is no older than another. */
export class CaptureNames {
  readonly #directory: RingDirectory;
  #last: { readonly begun: string; readonly number: number } | undefined;

  constructor(directory: RingDirectory) {
    this.#directory = directory;
  }

  /** The name of a capture that begins at this moment, in milliseconds since 1970. */
  next(milliseconds: number): string {
    const offset = localOffset(milliseconds);
    const begun = captureFileName(milliseconds, offset);
    const last = this.#last?.begun === begun ? this.#last.number : this.#directory.lastNumber(begun);
    for (let number = last + 1; ; number += 1) {
      const name = captureFileName(milliseconds, offset, number);
      if (this.#directory.has(name)) continue;
      this.#last = { begun, number };
      return name;
    }
  }
}
