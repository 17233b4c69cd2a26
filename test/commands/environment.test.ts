import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, expect, test } from "vitest";

const MAIN = fileURLToPath(new URL("../../dist/bin/netlogctl.cjs", import.meta.url));
const home = mkdtempSync(join(tmpdir(), "netlogctl-home-"));
const evil = join(home, "ran");
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** A home in which everything stands that oclif, Node and their like would load code from. */
function prepare(): void {
  const code = `require("node:fs").writeFileSync(${JSON.stringify(evil)}, "")`;
  const link = { name: "evil", type: "link", root: join(home, "evil") };
  const plugins = JSON.stringify({
    name: "evil",
    version: "1.0.0",
    oclif: { plugins: [link], commands: "./", hooks: { init: "./index.js" } },
  });
  for (const folder of [
    "evil",
    "node_modules/evil",
    "node_modules/ts-node",
    "node_modules/tsx",
    ".local/share/netlogctl",
    ".config/netlogctl",
  ]) {
    mkdirSync(join(home, folder), { recursive: true });
    writeFileSync(join(home, folder, "index.js"), code);
    writeFileSync(join(home, folder, "package.json"), plugins);
  }
  writeFileSync(join(home, "package.json"), plugins);
  writeFileSync(join(home, "tsconfig.json"), "{}");
  writeFileSync(join(home, ".env"), `NODE_OPTIONS=--require=${home}/evil/index.js\n`);
}

test.each([["--version"], ["status"], ["nonsense"], ["rules", "--help"]])(
  "netlogctl %s %s loads no code from the home or the directory of who runs it",
  async (...words) => {
    prepare();
    const variables = {
      HOME: home,
      XDG_DATA_HOME: join(home, ".local/share"),
      XDG_CONFIG_HOME: join(home, ".config"),
      NETLOGCTL_DATA_DIR: join(home, ".local/share/netlogctl"),
      NODE_ENV: "development",
      OCLIF_TS_NODE: "1",
      DEBUG: "*",
    };
    const { exitCode } = await execa(process.execPath, [MAIN, ...words], { env: variables, cwd: home, reject: false });
    expect(exitCode).toBeLessThan(3);
    expect(existsSync(evil)).toBe(false);
  },
);

test("with fewer open files than it needs nothing is begun, and that is said", async () => {
  const { exitCode, stderr } = await execa(
    "sh",
    ["-c", 'ulimit -n 30; exec "$@"', "sh", process.execPath, MAIN, "status"],
    {
      reject: false,
    },
  );
  expect({ exitCode, stderr }).toEqual({
    exitCode: 1,
    stderr: "netlogctl: it may have 30 files open, and needs 64\n  allow more: ulimit -n 1024",
  });
});
