import { Fault } from "../core/model/fault.ts";
import { type Host, readText } from "../core/model/host.ts";
import { type ServeSettings, serveSettingsOf } from "../core/serve/settings.ts";
import { readObeyed } from "./read-input.ts";
import { fillIntent } from "./rule-source.ts";
import type { TemplatePlaces } from "./templates.ts";

/** What an intent wants of the log service. @throws Fault */
export async function readServeSettings(host: Host, file: string, templates: TemplatePlaces): Promise<ServeSettings> {
  const input = await readObeyed(host, file, "write one: netlogctl rules init");
  const settings = serveSettingsOf(await fillIntent(host, input, templates));
  if (settings.groups.length > 0 || settings.hasKernelLog || settings.flows !== undefined) return settings;
  throw new Fault(
    "bad-input",
    "none of its rules logs to an NFLOG group: there is nothing to read",
    "name groups: serve: { groups: [0] }",
    {
      where: input.source,
    },
  );
}

/** The number of a group of users (group(5)). @throws Fault */
export async function groupNumber(host: Host, name: string): Promise<number> {
  if (/^[0-9]{1,9}$/.test(name)) return Number(name);
  const lines = (await readText(host, "/etc/group")).split("\n").map((line) => line.split(":"));
  const found = lines.find(([known]) => known === name)?.[2];
  if (found !== undefined) return Number(found);
  throw new Fault(
    "not-found",
    `serve.bus.group: there is no group "${name}"`,
    `make it: groupadd --system ${JSON.stringify(name)}`,
  );
}
