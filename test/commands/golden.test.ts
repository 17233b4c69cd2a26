import { readdirSync, readFileSync } from "node:fs";
import { describe, test } from "vitest";
import { ROOT, runCli } from "../helpers/cli.ts";

const GOLDEN = `${ROOT}fixtures/golden`;

// Each folder is a case: README.md says what it shows, command.txt what is typed, expect.txt what comes of it.
describe.concurrent("golden", () => {
  test.for(readdirSync(GOLDEN))("%s", async (name, { expect }) => {
    const command = readFileSync(`${GOLDEN}/${name}/command.txt`, "utf8").trim();
    const { code, stdout, stderr } = await runCli(command.split(" "));
    const page = `$ netlogctl ${command}\n${stdout}--- stderr\n${stderr}--- exit ${code}\n`;
    await expect(page).toMatchFileSnapshot(`${GOLDEN}/${name}/expect.txt`);
  });
});
