import { linkSync, lstatSync, renameSync, rmSync, type Stats } from "node:fs";
import { connect } from "node:net";
import { Fault } from "../core/model/fault.ts";

/** So often another may come before. */
const TRIES = 20;

/**
 * Gives a socket that listens under another name its place. One that a service left behind that is gone is replaced. Of two at
 * once one gets it: the name is given by link(2), and what was looked at is taken away only if it is still what stands there.
 * @throws Fault where a service listens there, or something else stands there
 */
export async function placeSocket(made: string, path: string): Promise<void> {
  for (let tried = 0; tried < TRIES; tried += 1) {
    const stands = await refuseTaken(path);
    if (stands !== undefined) takeAway(path, stands, `${made}-old`);
    if (isLinked(made, path)) return;
  }
  throw taken(path);
}

/** Whether it got the name; not where something has it. */
function isLinked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** What another put there since it was looked at gets its name back. */
function takeAway(path: string, { ino, dev }: Stats, aside: string): void {
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  const found = lstatSync(aside);
  if (found.ino !== ino || found.dev !== dev) isLinked(aside, path);
  rmSync(aside, { force: true });
}

/** What stands there, if nobody answers there any more; undefined where there is nothing. @throws Fault */
export async function refuseTaken(path: string): Promise<Stats | undefined> {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  if (!stats.isSocket()) {
    throw new Fault(
      "refused",
      `cannot listen at ${path}: something else stands there`,
      "remove it, or name another path",
    );
  }
  if (await isAnswered(path)) throw taken(path);
  return stats;
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise<boolean>((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", ({ message }) => resolve(!/ECONNREFUSED|ENOENT/.test(message)));
  });
}

function taken(path: string): Fault {
  return new Fault("refused", `cannot listen at ${path}: a service listens there`, "end it, or name another path");
}
