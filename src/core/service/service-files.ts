import { GROUP, GROUP_PATH } from "../model/service.ts";
import { pathWord, type Unit } from "./unit.ts";

/** The group of those who may read captures and the bus (sysusers.d(5)). */
export function groupFile(): Unit {
  const text = `# Who may read what netlogctl captures, and the bus where its socket is theirs.\ng ${GROUP} - -\n`;
  return { name: "netlogctl.conf", path: GROUP_PATH, text };
}

/** A directory that a service keeps things in. */
export interface KeptDirectory {
  readonly path: string;
  /** As chmod(1) has it. */
  readonly mode: string;
  readonly group: string;
}

/**
 * The directory of a service, made at boot, and never cleaned out (tmpfiles.d(5)). The service cannot make it: where it is
 * not there, its sandbox cannot be, either. @throws Fault
 */
export function directoryFile(service: string, { path, mode, group }: KeptDirectory): Unit {
  const name = `netlogctl-${service}.conf`;
  const text = `# Nothing in it is deleted for its age: netlogctl does that.\nd ${pathWord(path)} ${mode} root ${group} -\n`;
  return { name, path: `/etc/tmpfiles.d/${name}`, text, directory: path };
}
