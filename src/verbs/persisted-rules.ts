import { Fault } from "../core/model/fault.ts";
import { type Host, orUndefined, readText } from "../core/model/host.ts";
import type { Machine } from "../core/model/machine.ts";
import { configDirectory, type Namespace } from "../core/model/namespace.ts";
import type { Step } from "../core/model/plan.ts";
import { isWish, type Wish } from "../core/model/revision.ts";
import { fileStep } from "../core/plan/file-step.ts";

const BYTES_MAX = 256 * 1024 * 1024;
const FORMAT = "rules 1";

/** Where the rules are kept that restore applies; undefined where no boot makes the namespace again. */
export function persistedRulesPath(namespace: Namespace): string | undefined {
  const directory = configDirectory(namespace);
  return directory === undefined ? undefined : `${directory}/rules.json`;
}

/** The rules that restore applies; undefined if none are persisted. */
export async function readPersistedRules(host: Host, namespace: Namespace): Promise<Wish | undefined> {
  const path = persistedRulesPath(namespace);
  const text = path === undefined ? undefined : await readPersistedText(host, path);
  if (text === undefined || path === undefined) return undefined;
  try {
    const { netlogctl, ...wish } = JSON.parse(text) as Wish & { netlogctl: string };
    if (netlogctl === FORMAT && isWish(wish)) return wish;
  } catch {
    // said below
  }
  throw new Fault(
    "bad-input",
    "the persisted rules cannot be read (damaged, or of another version)",
    "apply the intent again with --persist",
    {
      where: path,
    },
  );
}

/** The steps that keep what is wished for later boots; no rules are kept as no file. */
export async function persistSteps(host: Host, { namespace }: Machine, wish: Wish): Promise<Step[]> {
  const path = persistedRulesPath(namespace);
  if (path === undefined) {
    throw new Fault(
      "not-supported",
      "cannot persist: this network namespace has no name, so no boot makes it again",
      "name it (ip netns attach NAME PID) and use --netns NAME, or leave --persist out",
    );
  }
  const before = (await readPersistedText(host, path)) ?? null;
  const after = wish.rules.form === "none" ? null : `${JSON.stringify({ netlogctl: FORMAT, ...wish })}\n`;
  if (before === after) return [];
  return [fileStep(path, before, after)];
}

async function readPersistedText(host: Host, path: string): Promise<string | undefined> {
  return await orUndefined(readText(host, path, BYTES_MAX), "ENOENT", "ENOTDIR");
}
