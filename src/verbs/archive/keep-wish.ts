import type { KeepWish } from "../../core/archive/prune-vault.ts";
import type { ArchiveDocument } from "../../core/archive/schema.ts";
import { Fault } from "../../core/model/fault.ts";
import { parseAge, parseSize } from "../../core/serve/units.ts";

/** What flags say, or the intent, of how much a vault may keep. @throws Fault if neither says anything */
export function parseKeep(
  { keep, maxSize }: { readonly keep: string | undefined; readonly maxSize: string | undefined },
  settings: ArchiveDocument | undefined,
): Pick<KeepWish, "keepSeconds" | "bytesMax"> {
  const keepSeconds =
    keep === undefined
      ? settings?.keep
      : parsed("--keep", keep, { value: parseAge(keep.trim()), example: "an age such as 30d or 8w" });
  const bytesMax =
    maxSize === undefined
      ? settings?.["max-size"]
      : parsed("--max-size", maxSize, { value: parseSize(maxSize.trim()), example: "a size such as 50GiB" });
  if (keepSeconds !== undefined || bytesMax !== undefined) return { keepSeconds, bytesMax };
  throw new Fault(
    "usage",
    "neither the intent nor a flag says how much is kept",
    "give --keep 30d or --max-size 50GiB",
  );
}

function parsed(
  flag: string,
  text: string,
  { value, example }: { readonly value: number | undefined; readonly example: string },
): number {
  if (value !== undefined) return value;
  throw new Fault("usage", `${flag}: "${text.slice(0, 40)}" is none`, `give ${example}`);
}
