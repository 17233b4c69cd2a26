/** What a script may be given, and how it is ended. */
export interface PlaceOptions {
  /** Its standard input; nothing unless said. */
  readonly input?: AsyncIterable<Buffer>;
  readonly signal?: AbortSignal;
}

/**
 * A machine that is reached through a shell on it: this one, a network namespace, another one by ssh, a VM of Qubes. The
 * scripts are ours; what the user named arrives as their words.
 */
export interface Place {
  /** How messages call it: "this machine", "ssh:root@edge". */
  readonly label: string;
  /**
   * Runs a script of sh(1) there, with these words as $1, $2 and so on, whatever is in them. Its output as it comes.
   * @throws PlaceError at its end, if that was not in order
   */
  run(script: string, words: readonly string[], options?: PlaceOptions): AsyncIterable<Buffer>;
}

/**
 * How a script did not end in order. `unreached`: the machine is off, or does not let us in: nothing was run. `cut-off`: the
 * connection ended before the script did. `failed`: the script ran and ended with a code.
 */
export class PlaceError extends Error {
  override readonly name = "PlaceError";
  readonly how: "unreached" | "cut-off" | "failed";
  readonly place: string;
  /** What was said on standard error. */
  readonly says: string;
  readonly code: number | undefined;

  constructor(how: PlaceError["how"], place: string, says: string, code?: number) {
    super(`${place}: ${how === "unreached" ? "not reached" : how}${says === "" ? "" : `: ${says}`}`);
    this.how = how;
    this.place = place;
    this.says = says;
    this.code = code;
  }
}
