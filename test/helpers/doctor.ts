import { expect } from "vitest";
import type { Diagnosis } from "../../src/index.ts";
import { ROOT } from "./cli.ts";
import type { Lab } from "./lab.ts";

/** What doctor finds; it exits with 1 exactly if there is an error. */
export async function examine(lab: Lab, ...args: string[]): Promise<Map<string, Diagnosis>> {
  const { code, stdout, stderr } = await lab.netlogctl("doctor", "--json", ...args);
  expect(stderr).toBe("");
  const found = JSON.parse(stdout) as Diagnosis[];
  expect(code).toBe(found.some(({ severity }) => severity === "error") ? 1 : 0);
  return new Map(found.map((one) => [one.code, one]));
}

/** Puts programs into a shell's PATH: netlogctl, and a systemctl that only says what it is told, for no systemd is there. */
export const SHELL = `set -eu
mkdir -p /run/bin
printf '#!/bin/sh\\nexec %s "$@"\\n' '${process.execPath} ${ROOT}dist/bin/netlogctl.cjs' > /run/bin/netlogctl
printf '#!/bin/sh\\necho systemctl "$@"\\n' > /run/bin/systemctl
chmod +x /run/bin/*
PATH=/run/bin:$PATH
`;

/** Runs the lines of a remedy as they are pasted into a shell. */
export async function paste(lab: Lab, found: Diagnosis | undefined): Promise<string> {
  const { code, stdout, stderr } = await lab.run("bash", ["-c", `${SHELL}${found?.remedy ?? "false"}`]);
  expect({ code, stderr: code === 0 ? "" : stderr }, found?.remedy).toEqual({ code: 0, stderr: "" });
  return stdout;
}

/** Has nft carry out commands, in its text or in JSON. */
export async function load(lab: Lab, text: string): Promise<void> {
  const form = text.startsWith("{") ? ["-j"] : [];
  await lab.run("tee", ["/run/load.nft"], text);
  expect(await lab.run("nft", [...form, "-f", "/run/load.nft"])).toMatchObject({ code: 0, stderr: "" });
}

/** A table with these rules at hook input, in place of all others. */
export async function loadRules(lab: Lab, ...rules: string[]): Promise<void> {
  const chain = ["chain in {", "type filter hook input priority 0", ...rules, "}"].join("\n");
  await load(lab, `flush ruleset\ntable inet lab {\n${chain}\n}\n`);
}
