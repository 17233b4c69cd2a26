import { Readable } from "node:stream";
import { createGzip } from "node:zlib";
import { type AgeWrapping, BrokenArchive, type Wrapping } from "../../core/model/depot.ts";
import { HostError, NO_PROGRAM } from "../../core/model/host.ts";
import { streamProgram } from "../stream-program.ts";
import { gunzip } from "./gunzip.ts";

/** No archive of ours needs more memory to be unpacked; zstd refuses what does. */
const ZSTD_MEMORY = "--memory=134217728";

/** Wraps bytes up. The same bytes become the same ones, but for age. @throws HostError if a program fails or is not there */
export async function* wrap(chunks: AsyncIterable<Buffer>, wrapping: Wrapping): AsyncGenerator<Buffer> {
  if (wrapping.by === "gzip") yield* through(chunks, createGzip());
  else if (wrapping.by === "zstd") yield* program("zstd", ["-q", "-c", "-T1"], chunks, failed);
  else yield* program("age", agePart(wrapping), chunks, failed);
}

/** Takes them out again. @throws BrokenArchive if they are not what they should be */
export async function* unwrap(chunks: AsyncIterable<Buffer>, wrapping: Wrapping): AsyncGenerator<Buffer> {
  if (wrapping.by === "gzip") yield* gunzip(chunks);
  else if (wrapping.by === "zstd") yield* program("zstd", ["-q", "-d", "-c", ZSTD_MEMORY], chunks, broken);
  else yield* program("age", agePart(wrapping), chunks, broken);
}

function agePart(wrapping: AgeWrapping): string[] {
  if ("identity" in wrapping) return ["-d", "-i", wrapping.identity];
  return ["-e", ...wrapping.recipients.flatMap((recipient) => ["-r", recipient])];
}

/** What the source throws is what is thrown. */
async function* through(chunks: AsyncIterable<Buffer>, transform: NodeJS.ReadWriteStream): AsyncGenerator<Buffer> {
  const source = Readable.from(chunks, { objectMode: false });
  source.once("error", (error) => (transform as unknown as Readable).destroy(error));
  try {
    yield* source.pipe(transform) as unknown as AsyncIterable<Buffer>;
  } finally {
    source.destroy();
    (transform as unknown as Readable).destroy();
  }
}

async function* program(
  file: string,
  args: readonly string[],
  chunks: AsyncIterable<Buffer>,
  errorOf: (file: string, said: string) => Error,
): AsyncGenerator<Buffer> {
  const { code, notStarted, said } = yield* streamProgram(file, args, { input: chunks });
  if (notStarted !== undefined) throw new HostError(notStarted === "ENOENT" ? NO_PROGRAM : notStarted, "run", file);
  if (code !== 0) throw errorOf(file, said.trim().split("\n")[0] ?? "");
}

function failed(file: string, said: string): Error {
  return new HostError("EIO", "run", said === "" ? file : `${file} (${said})`, { cause: new Error(said) });
}

function broken(file: string, said: string): Error {
  return new BrokenArchive(said === "" ? `${file} does not take it` : said);
}
