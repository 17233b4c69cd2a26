import { ARCHIVE_SAMPLE } from "../archive/sample.ts";
import { CAPTURE_SAMPLE } from "../capture/sample.ts";
import { SERVE_SAMPLE } from "../serve/sample.ts";
import type { Template } from "../template/template.ts";
import { parseYaml } from "./positions.ts";

const HEAD = `# What is logged, and where to. netlogctl rules schema describes all of it; netlogctl rules lint finds what people
# get wrong; netlogctl rules diff FILE live shows what it would change.
version: 1

# Where messages go that name no destination, by family: kernel, user [group N] or none.
default-log:
  inet: kernel

# Whether other network namespaces may write to the kernel log (nf_log_all_netns).
# all-netns: false

# Our own table. Nobody else's is touched but by rules that say into:.
# table: netlogctl

# Sets of addresses, for @NAME in a match.
# sets:
#   trusted: { type: ip, elements: [192.0.2.0/24, 198.51.100.1-198.51.100.9] }

# Findings of netlogctl rules lint that are meant so, everywhere; a rule can have its own.
# accept: [group-0]

${SERVE_SAMPLE}
${CAPTURE_SAMPLE}
${ARCHIVE_SAMPLE}`;

const OWN_RULE = `
  ## A rule of one's own, to be uncommented. It only logs: netlogctl never accepts or drops.
  # - name: new-ssh
  #   hook: input                   # or into: inet filter input, with at: start, at: end or before: drop
  #   match: { iifname: eth0, tcp: { dport: 22 }, ct: { state: new } }
  #   log: { prefix: "ssh:new " }   # group: 5 for a program that listens on NFLOG; none is the default log
  #   limit: 5/minute burst 10      # or { rate: 5/minute, per: saddr } for each source
`;

/** A commented intent to start from, with these templates in use. */
export function startingPoint(templates: readonly Template[]): string {
  const uses = templates.map(useText);
  return `${HEAD}\nrules:\n${uses.join("\n")}${OWN_RULE}`;
}

/** A template in use, with each of its parameters: its default, or the value of the template's example. */
function useText({ name, purpose, parameters, example }: Template): string {
  const { value } = parseYaml(example, name);
  const shown = (value as { with?: Readonly<Record<string, unknown>> } | undefined)?.with ?? {};
  const lines = Object.entries(parameters).flatMap(([key, { about, default: byDefault }]) => {
    const isEmpty = Array.isArray(byDefault) && byDefault.length === 0;
    const given = JSON.stringify((isEmpty ? shown[key] : undefined) ?? byDefault ?? shown[key] ?? null);
    const note = byDefault === undefined ? `${about} (needed: an example)` : about;
    return [`      # ${note}`, `      ${key}: ${given}`];
  });
  const head = [`  # ${purpose}`, `  - use: ${name}`];
  return [...head, ...(lines.length === 0 ? [] : ["    with:", ...lines]), ""].join("\n");
}
