import { GROUP, GROUP_PATH } from "../model/service.ts";
import { type KeptDirectory, pathWord, type Unit } from "./unit.ts";

/** The group of those who may read captures and the bus (sysusers.d(5)). */
export function groupFile(): Unit {
  const text = `# Who may read what netlogctl captures, and the bus where its socket is theirs.\ng ${GROUP} - -\n`;
  return { name: "netlogctl.conf", path: GROUP_PATH, text };
}

/**
 * The directory of a service, made at boot, and never cleaned out (tmpfiles.d(5)). The service cannot make it: where it is
 * not there, its sandbox cannot be, either. @throws Fault
 */
export function directoryFile(service: string, directory: KeptDirectory): Unit {
  const { path, mode, group } = directory;
  const name = `netlogctl-${service}.conf`;
  const text = `# Nothing in it is deleted for its age: netlogctl does that.\nd ${pathWord(path)} ${mode} root ${group} -\n`;
  return { name, path: `/etc/tmpfiles.d/${name}`, text, directory };
}
