import { closeSync, constants, openSync, writeSync } from "node:fs";
import { getEnvironmentData, setEnvironmentData } from "node:worker_threads";
import { Fault } from "../core/model/fault.ts";
import { heldFile } from "./held-files.ts";

/** A file without a name (open(2)), which Node has no word for; none can be given to it later. */
const UNNAMED = 0o20000000 | constants.O_DIRECTORY | constants.O_EXCL | constants.O_RDWR;

/** In memory, if what is there may be run. */
const PLACES = ["/dev/shm", "/run", "/tmp", "/var/tmp"];

/**
 * A native library that the program holds itself. The C library loads files only: it becomes one without a name, which ends with
 * the process, and which its other threads load as well. @throws Fault
 */
export function loadHeldLibrary(name: string): unknown {
  const key = `netlogctl:${name}`;
  const loaded = getEnvironmentData(key);
  if (typeof loaded === "string") return load(loaded);
  const refusals: string[] = [];
  for (const place of PLACES) {
    const file = openCopy(name, place, refusals);
    if (file === undefined) continue;
    const path = `/proc/self/fd/${file}`;
    try {
      const exports = load(path);
      setEnvironmentData(key, path); // threads that begin later are told so
      return exports;
    } catch (error) {
      refusals.push(`${place}: ${(error as Error).message}`);
      closeSync(file);
    }
  }
  throw new Fault(
    "refused",
    `cannot load ${name}, which this program holds: ${refusals.join("; ")}`,
    "mount one of these without noexec, or install netlogctl as a package",
  );
}

function load(path: string): unknown {
  const module = { exports: {} as unknown };
  process.dlopen(module, path);
  return module.exports;
}

function openCopy(name: string, place: string, refusals: string[]): number | undefined {
  try {
    const file = openSync(place, UNNAMED, 0o500);
    const bytes = heldFile(`${process.execPath}/${name}`) as Buffer;
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    return file;
  } catch (error) {
    refusals.push(`${place}: ${(error as Error).message}`);
    return undefined;
  }
}
