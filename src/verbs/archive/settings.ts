import type { PlacePath } from "../../core/archive/place-path.ts";
import type { ArchiveDocument } from "../../core/archive/schema.ts";
import { Fault } from "../../core/model/fault.ts";
import type { Host } from "../../core/model/host.ts";
import { readObeyed } from "../read-input.ts";
import { fillIntent } from "../rule-source.ts";
import type { TemplatePlaces } from "../templates.ts";
import type { ArchiveParts, Vault } from "./parts.ts";

/** What an intent wants to be archived. @throws Fault */
export async function readArchiveSettings(
  host: Host,
  file: string,
  templates: TemplatePlaces,
): Promise<ArchiveDocument> {
  const input = await readObeyed(host, file, "write one, with archive: in it");
  const { archive } = await fillIntent(host, input, templates);
  if (archive !== undefined) return archive;
  throw new Fault(
    "bad-input",
    "it says nothing of an archive",
    "name machines: archive: { machines: { edge: {...} } }",
    {
      where: input.source,
    },
  );
}

/** The vault at a place. */
export function vaultAt({ openPlace }: Pick<ArchiveParts, "openPlace">, { at, path }: PlacePath): Vault {
  return { place: openPlace(at), path };
}
