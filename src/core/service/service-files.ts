import { USER, USER_PATH } from "../model/service.ts";
import { type KeptDirectory, pathWord, type Unit } from "./unit.ts";

/** The user that services run as, who has no shell, and the group of those who may read what they keep (sysusers.d(5)). */
export function userFile(): Unit {
  const text = `# Who captures and tells packets. Who is in the group may read captures, and the bus where its socket is theirs.
u ${USER} - "Logs of netfilter" - -
`;
  return { name: "netlogctl.conf", path: USER_PATH, text };
}

/**
 * The directory of a service, made at boot, and never cleaned out (tmpfiles.d(5)); what stands in it belongs to who has it. The
 * service cannot make it: where it is not there, its sandbox cannot be, either. @throws Fault
 */
export function directoryFile(service: string, directory: KeptDirectory): Unit {
  const { mode, user, group } = directory;
  const path = pathWord(directory.path);
  const name = `netlogctl-${service}.conf`;
  const all = user === "root" ? "" : `Z ${path} - ${user} ${group} -\n`;
  const text = `# Nothing in it is deleted for its age: netlogctl does that.\nd ${path} ${mode} ${user} ${group} -\n${all}`;
  return { name, path: `/etc/tmpfiles.d/${name}`, text, directory };
}

/** The user of a unit, and the only capabilities that it has: programs that it starts have them as well. */
export function userText(capabilities: readonly string[], groups: readonly string[] = []): string {
  const words = capabilities.join(" ");
  return `User=${USER}
Group=${USER}
${groups.length === 0 ? "" : `SupplementaryGroups=${groups.join(" ")}\n`}AmbientCapabilities=${words}
CapabilityBoundingSet=${words}
`;
}
