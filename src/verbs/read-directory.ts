import type { Host } from "../core/model/host.ts";

/** Whose a directory is, and who may what in it. */
export interface DirectoryRights {
  readonly user: string;
  readonly group: string;
  /** As chmod(1) has it: four digits. */
  readonly mode: string;
}

/** Whose the directory at a path is, by name or else by number; undefined where there is none. */
export async function readDirectory(host: Host, path: string): Promise<DirectoryRights | undefined> {
  const { code, stdout } = await host.run("stat", ["--dereference", "--format=%F:%a:%U:%u:%G:%g", "--", path]);
  const [kind, mode = "", user = "", uid = "", group = "", gid = ""] = stdout.trim().split(":");
  if (code !== 0 || kind !== "directory") return undefined;
  return { mode: mode.padStart(4, "0"), user: named(user, uid), group: named(group, gid) };
}

export function isSame(one: DirectoryRights | undefined, other: DirectoryRights): boolean {
  return one?.user === other.user && one.group === other.group && one.mode === other.mode;
}

function named(name: string, id: string): string {
  return name === "UNKNOWN" ? id : name;
}
