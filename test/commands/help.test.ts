import { readFileSync } from "node:fs";
import { describe, test } from "vitest";
import { ROOT, runCli } from "../helpers/cli.ts";

interface Manifest {
  readonly commands: Readonly<Record<string, { readonly examples?: readonly { readonly command: string }[] }>>;
}

const { commands } = JSON.parse(readFileSync(`${ROOT}oclif.manifest.json`, "utf8")) as Manifest;

// oclif breaks what is wider than 80 columns with a backslash, which a shell keeps where it stands within quotes.
describe.concurrent("an example of the help can be pasted: it is one line", () => {
  test.for(Object.entries(commands))("%s", async ([id, { examples = [] }], { expect }) => {
    const { code, stdout } = await runCli([...id.split(":"), "--help"], { env: { OCLIF_COLUMNS: "80" } });
    const lines = stdout.split("\n").map((line) => line.trim().replace(/^\$ /, ""));
    expect(code).toBe(0);
    expect(examples.length).toBeGreaterThan(0);
    for (const line of stdout.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
    for (const { command } of examples) expect(lines).toContain(command.replaceAll("<%= config.bin %>", "netlogctl"));
  });
});
