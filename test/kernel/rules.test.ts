import fc from "fast-check";
import { dump } from "js-yaml";
import { afterAll, beforeAll, expect, test } from "vitest";
import { encodeDocument } from "../../src/core/intent/document.ts";
import { parseIntent } from "../../src/core/intent/intent.ts";
import { lowerIntent } from "../../src/core/intent/lower.ts";
import { ruleDocuments } from "../helpers/intents.ts";
import { type Lab, openLab } from "../helpers/lab.ts";

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab[Symbol.asyncDispose]());

interface Rule {
  readonly comment: string;
  readonly chain: string;
  readonly expr: unknown[];
}

async function nft(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await lab.run("nft", args);
  expect({ code, stderr }, args.join(" ")).toEqual({ code: 0, stderr: "" });
  return stdout;
}

/** The rules that nft lists, chain by chain. */
async function listed(): Promise<Rule[]> {
  const { nftables } = JSON.parse(await nft("-j", "list", "ruleset")) as { nftables: { rule?: Rule }[] };
  return nftables
    .flatMap(({ rule }) => (rule === undefined ? [] : [rule]))
    .map(({ comment, chain, expr }) => ({ comment, chain, expr: blind(expr) as unknown[] }));
}

/** Blind to what counts while it stands, and to the order of a set. */
function blind(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(blind);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => {
    if (key === "counter") return [key, null];
    if (key === "set" && Array.isArray(inner))
      return [
        key,
        inner
          .map(blind)
          .map((one) => JSON.stringify(one))
          .sort(),
      ];
    return [key, blind(inner)];
  });
  return Object.fromEntries(entries);
}

test("what the schema lets in, the kernel gives back unchanged, through JSON and through text", async () => {
  await fc.assert(
    fc.asyncProperty(ruleDocuments, fc.constantFrom("kernel", "user group 7"), async (rules, ip6) => {
      const intent = dump({ version: 1, "default-log": { ip: "kernel", ip6 }, rules }, { noRefs: true });
      const document = encodeDocument(
        lowerIntent(parseIntent(intent, "generated", () => expect.unreachable())),
        undefined,
      );
      const wanted = document.nftables.flatMap((command) =>
        "add" in command && command.add["rule"] ? [command.add["rule"] as unknown as Rule] : [],
      );
      await nft("flush", "ruleset");
      await lab.run("tee", ["/run/document.json"], JSON.stringify(document));
      await nft("-j", "-f", "/run/document.json");

      const chains = [...new Set(wanted.map(({ chain }) => chain))];
      const expected = chains
        .flatMap((chain) => wanted.filter((rule) => rule.chain === chain))
        .map(({ comment, chain, expr }) => ({ comment, chain, expr: blind(expr) }));
      expect(await listed()).toEqual(expected);

      await lab.run("tee", ["/run/listing.nft"], await nft("list", "ruleset"));
      await nft("flush", "ruleset");
      await nft("-f", "/run/listing.nft");
      expect(await listed()).toEqual(expected);
    }),
    { numRuns: Number(process.env["NETLOGCTL_KERNEL_RUNS"] ?? 30) },
  );
});
