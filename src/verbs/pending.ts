import { Fault } from "../core/model/fault.ts";
import { type Host, orUndefined, readText } from "../core/model/host.ts";
import { type Namespace, runDirectory } from "../core/model/namespace.ts";
import type { Pending, RolledBack } from "../core/model/pending.ts";

const BYTES_MAX = 512 * 1024 * 1024;

export function pendingPath(namespace: Namespace): string {
  return `${runDirectory(namespace)}/pending.json`;
}

export function rolledBackPath(namespace: Namespace): string {
  return `${runDirectory(namespace)}/rolled-back.json`;
}

/** The change that awaits confirmation, with the text of its file; undefined if there is none. */
export async function readPending(
  host: Host,
  namespace: Namespace,
): Promise<{ readonly pending: Pending; readonly text: string } | undefined> {
  const path = pendingPath(namespace);
  const text = await orUndefined(readText(host, path, BYTES_MAX), "ENOENT", "ENOTDIR");
  if (text === undefined) return undefined;
  const { Pending } = await import("../core/model/pending.ts");
  return { pending: parse(Pending, text, path), text };
}

/** What became of the last change that nobody confirmed, with the text of its file; undefined if there is none. */
export async function readRolledBack(
  host: Host,
  namespace: Namespace,
): Promise<{ readonly record: RolledBack; readonly text: string } | undefined> {
  const path = rolledBackPath(namespace);
  const text = await orUndefined(readText(host, path), "ENOENT", "ENOTDIR");
  if (text === undefined) return undefined;
  const { RolledBack } = await import("../core/model/pending.ts");
  return { record: parse(RolledBack, text, path), text };
}

/** Refuses while a change awaits confirmation: what it would be taken back to has to stay what it is. */
export async function refuseWhilePending(host: Host, namespace: Namespace): Promise<void> {
  const found = await readPending(host, namespace);
  if (found === undefined) return;
  throw new Fault(
    "refused",
    `a change awaits confirmation until ${found.pending.deadline}: ${found.pending.title}`,
    "netlogctl rules confirm keeps it, netlogctl rules rollback takes it back",
  );
}

function parse<T>(schema: { parse(value: unknown): T }, text: string, path: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Fault(
      "bad-input",
      "what awaits confirmation, or was taken back, cannot be read (damaged, or of another version)",
      "look what holds (netlogctl rules history, rules diff rev:N live), then remove the file",
      {
        where: path,
        cause,
      },
    );
  }
}
