import { readdirSync, readFileSync } from "node:fs";
import { execaSync } from "execa";
import { load } from "js-yaml";
import { describe, expect, test } from "vitest";
import { CaptureDocument } from "../src/core/capture/schema.ts";
import { parseIntent } from "../src/core/intent/intent.ts";
import { lintRules, openHost, renderRules, renderService } from "../src/index.ts";
import { UNITS } from "../src/verbs/service.ts";
import { ROOT } from "./helpers/cli.ts";

const EXAMPLES = `${ROOT}examples`;
const QUBES = `${EXAMPLES}/qubes`;
const OPTIONS = { templates: { given: [], own: `${ROOT}templates` }, say: () => {} };
const INTENTS = readdirSync(QUBES).filter((name) => name.endsWith(".yaml"));
const files = (readdirSync(EXAMPLES, { recursive: true }) as string[]).sort();
const YAML = files.filter((name) => /\.(ya?ml|sls)$/.test(name));

function textOf(name: string): string {
  return readFileSync(`${EXAMPLES}/${name}`, "utf8");
}

const host = await openHost({});

describe("the intents of Qubes", () => {
  test.each(INTENTS)("%s has no findings, and renders", async (name) => {
    const file = `${QUBES}/${name}`;
    expect(await lintRules(host, file, OPTIONS)).toEqual([]);
    await expect(renderRules(host, file, OPTIONS)).resolves.toHaveProperty("nftables");
  });

  test.each(["sys-dns", "sys-vpn"])("%s keeps 96 bytes of each packet, for two days of an hour each", async (name) => {
    const { capture } = await parseIntent(textOf(`qubes/${name}.yaml`), name, () => ({
      text: "",
      source: "",
      values: [],
    }));
    expect(capture).toMatchObject({ snaplen: 96, rotate: { every: 3600 }, ring: { files: 48, size: 2 ** 30 } });
    expect(capture?.ring.directory).toBe(CaptureDocument.parse({}).ring.directory);
  });

  test("dom0 archives the four of them, and looks for the prefixes that they write", async () => {
    const { archive } = await parseIntent(textOf("qubes/dom0.yaml"), "dom0", () => ({
      text: "",
      source: "",
      values: [],
    }));
    const others = INTENTS.map((name) => name.replace(".yaml", "")).filter((name) => name !== "dom0");
    expect(Object.keys(archive?.machines ?? {}).sort()).toEqual(others);
    for (const machine of ["sys-firewall", "sys-net"]) {
      const rendered = JSON.stringify(await renderRules(host, `${QUBES}/${machine}.yaml`, OPTIONS));
      const [prefix = "none"] = archive?.machines[machine]?.["kernel-log"] ?? [];
      for (const topic of ["new", "dns"]) expect(rendered).toContain(`"prefix":"${prefix}${topic} "`);
    }
  });
});

describe("Salt and Ansible", () => {
  test.each(YAML)("%s is YAML", (name) => {
    expect(load(textOf(name))).toBeTruthy();
  });

  test("what they start and install, there is", async () => {
    const texts = [...YAML, "qubes/netlogctl.rc"].map(textOf).join("\n");
    const enabled = await Promise.all(
      UNITS.map(async (unit) => {
        const file = `${QUBES}/${unit === "archive" ? "dom0" : unit === "capture" ? "sys-dns" : "sys-firewall"}.yaml`;
        const wish = { unit, program: ["netlogctl"], intent: { file, isNamed: true }, templates: OPTIONS.templates };
        return unit === "serve" ? "netlogctl-serve.service" : (await renderService(host, wish)).enabled;
      }),
    );
    const named = texts.match(/netlogctl-(?:archive|capture|serve|restore)\.(?:service|timer)/g) ?? [];
    expect(named.length).toBeGreaterThan(0);
    expect(enabled).toEqual(expect.arrayContaining([...new Set(named)]));
    const installed = [...texts.matchAll(/service[, ]+install[, ]+([a-z]+)/g)].map(([, unit]) => unit);
    expect(installed.length).toBeGreaterThan(0);
    expect(UNITS).toEqual(expect.arrayContaining(installed));
  });

  test("both put tcpdump and the program into the template", () => {
    for (const name of ["qubes/salt/netlogctl/package.sls", "ansible/roles/netlogctl/tasks/program.yml"]) {
      for (const part of ["tcpdump", "/opt/netlogctl", "/usr/bin/netlogctl"]) expect(textOf(name)).toContain(part);
    }
    expect(load(textOf("ansible/qubes.yml"))).toContainEqual(
      expect.objectContaining({
        hosts: ["fedora-42"],
        tasks: [
          expect.objectContaining({ "ansible.builtin.import_role": { name: "netlogctl", tasks_from: "program.yml" } }),
        ],
      }),
    );
  });

  test("a journal that cannot be kept does not stop the rest", () => {
    const rc = textOf("qubes/netlogctl.rc").replace("/rw/config/netlogctl/netlog.yaml", `${QUBES}/sys-net.yaml`);
    const script = `journalctl() { return 1; }\nnetlogctl() { echo "netlogctl $1 $2"; }\n${rc}`;
    const { stdout, stderr } = execaSync("sh", ["-c", script]);
    expect(stdout).toBe("netlogctl rules apply");
    expect(stderr).toContain("the journal is not kept");
  });

  test("the files that they copy are beside them", () => {
    const named = textOf("qubes/salt/netlogctl/qube.sls") + textOf("qubes/salt/netlogctl/dom0.sls");
    const sources = [...named.matchAll(/salt:\/\/netlogctl\/files\/([\w.-]+)/g)].map(([, file]) => `qubes/${file}`);
    expect(sources.length).toBeGreaterThan(0);
    expect(files).toEqual(expect.arrayContaining(sources));
  });
});
