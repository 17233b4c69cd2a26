import { type Host, orUndefined, readText } from "../core/model/host.ts";

const INTENT = "/etc/netlogctl/netlog.yaml";
const USUAL = "/var/lib/netlogctl-serve/events.db";

/** Where the log service of this machine keeps its events: as its intent says, or where they are unless said. */
export async function findStoreFile(host: Host): Promise<string> {
  const text = await orUndefined(readText(host, INTENT), "ENOENT", "ENOTDIR", "EACCES", "EISDIR", "EFBIG");
  if (text === undefined) return USUAL;
  const { load } = await import("js-yaml");
  try {
    return fileIn(load(text)) ?? USUAL;
  } catch {
    return USUAL; // whoever asks for events need not have an intent that is right
  }
}

function fileIn(document: unknown): string | undefined {
  const file = ["serve", "store", "file"].reduce<unknown>((value, key) => {
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  }, document);
  return typeof file === "string" ? file : undefined;
}
