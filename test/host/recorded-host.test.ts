import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { programName } from "../../src/core/model/recording.ts";
import { explainSites, Fault, HostError, openHost, openRecorder, readStatus, recordMachine } from "../../src/index.ts";
import { ROOT } from "../helpers/cli.ts";

const ROUTER = `${ROOT}fixtures/machine/router`;

let top: string;
let machine: string;
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), "netlogctl-recorded-"));
  machine = join(top, "machine");
});
afterEach(() => rmSync(top, { recursive: true }));

function filesIn(directory: string): string[] {
  const names = readdirSync(directory, { recursive: true, encoding: "utf8" });
  return names.filter((name) => statSync(join(directory, name)).isFile()).sort();
}

async function record(from: string, to: string, isRedacted = false) {
  return await recordMachine(openRecorder(await openHost({ machine: from }), to), isRedacted);
}

/** Looks at the machine with all that reads it; the fault, if it is one. */
async function look(directory: string): Promise<unknown> {
  try {
    const host = await openHost({ machine: directory });
    await readStatus(host);
    await explainSites(host);
    return undefined;
  } catch (error) {
    if (error instanceof Fault || error instanceof HostError) return error;
    throw error;
  }
}

describe("a recording", () => {
  test("answers as the machine that it was made of, and is recorded again as it is", async () => {
    const { files } = await record(ROUTER, machine);
    expect(files).toEqual(filesIn(machine));
    expect(statSync(machine).mode & 0o777).toBe(0o700);
    const [live, recorded] = [await openHost({ machine: ROUTER }), await openHost({ machine })];
    expect({ ...(await readStatus(recorded)), host: "" }).toEqual({ ...(await readStatus(live)), host: "" });
    expect(await explainSites(recorded)).toEqual(await explainSites(live));
    const again = join(top, "again");
    await record(machine, again);
    const texts = (directory: string) =>
      filesIn(directory).map((file) => [file, readFileSync(join(directory, file), "latin1")]);
    expect(texts(again)).toEqual(texts(machine));
  });

  test("holds of processes only who listens", async () => {
    await record(ROUTER, machine);
    const ofProcesses = filesIn(machine).filter((file) => /^proc\/[0-9]/.test(file));
    expect(ofProcesses).toEqual(["proc/1/net/netlink", "proc/812/cgroup", "proc/812/comm", "proc/812/fd/3"]);
  });

  test("is written into an empty directory, into no other, and not in part", async () => {
    mkdirSync(machine);
    await record(ROUTER, machine);
    expect(() => openRecorder({} as never, machine)).toThrow("is not empty");
    const late = join(top, "late");
    const recorder = openRecorder(await openHost({ machine: ROUTER }), late);
    mkdirSync(join(late, "somebody's"), { recursive: true });
    await expect(recordMachine(recorder, false)).rejects.toMatchObject({ name: "Fault", cause: { code: "ENOTEMPTY" } });
    await expect(record(ROUTER, join(top, "none", "such"))).rejects.toMatchObject({
      name: "Fault",
      cause: { code: "ENOENT" },
    });
    expect(readdirSync(top).sort()).toEqual(["late", "machine"]);
    expect(readdirSync(late)).toEqual(["somebody's"]);
  });

  test("tells what could not be read as it was told", async () => {
    await record(ROUTER, machine);
    const manifest = JSON.parse(readFileSync(join(machine, "recorded.json"), "utf8"));
    manifest.refusals["/proc/net/netfilter/nfnetlink_log"] = "EACCES";
    writeFileSync(join(machine, "recorded.json"), JSON.stringify(manifest));
    const again = join(top, "again");
    await record(machine, again);
    for (const directory of [machine, again])
      expect((await readStatus(await openHost({ machine: directory }))).groups).toBeNull();
  });

  test("a program that was not asked is told of", async () => {
    cpSync(ROUTER, machine, { recursive: true });
    rmSync(join(machine, "programs"), { recursive: true });
    expect(await look(machine)).toMatchObject({ message: expect.stringContaining("not recorded") });
  });
});

const GARBAGE: readonly (readonly [string, string | undefined])[] = [
  ["nothing", ""],
  ["bytes", "\0\xff\xfe\x1b[31m\n\n999999999999999999999 -1 NaN\r"],
  ["JSON", '{"__proto__": {"nftables": 1}, "nftables": [{"rule": null}], "netns": 7}'],
  ["nests", `{"nftables": ${"[".repeat(50_000)}`],
  [
    "objects",
    '{"nftables": [{"rule": {"family": "ip", "table": "t", "chain": "c", "expr": [{"log": 7}, 7, {"vmap": [[]]}]}}]}',
  ],
  ["a directory", undefined],
];

describe("a recorded machine is read as what a stranger sent:", () => {
  test.each(GARBAGE)("%s in place of each file is a fault or is nothing", async (_, garbage) => {
    await record(ROUTER, machine);
    for (const file of filesIn(machine)) {
      const place = join(machine, file);
      const kept = readFileSync(place);
      rmSync(place);
      if (garbage === undefined) mkdirSync(place);
      else writeFileSync(place, garbage, "latin1");
      await look(machine);
      rmSync(place, { recursive: true });
      writeFileSync(place, kept);
    }
  });

  test.each(["../../../../secret", "/../secret", "x/../../../../../../secret"])(
    "the kernel %s leads to no file outside",
    async (release) => {
      cpSync(ROUTER, machine, { recursive: true });
      mkdirSync(join(top, "secret"));
      for (const file of ["modules.dep", "modules.builtin", "modules.alias"]) {
        writeFileSync(
          join(top, "secret", file),
          "kernel/net/netfilter/nf_log_syslog.ko:\nkernel/net/netfilter/nfnetlink_log.ko:\n",
        );
      }
      rmSync(join(machine, "proc/modules"));
      writeFileSync(join(machine, "proc/sys/kernel/osrelease"), release);
      const { modules } = await readStatus(await openHost({ machine }));
      expect(modules.map(({ state }) => state)).not.toContain("available");
    },
  );

  test("a link that leads out is a fault", async () => {
    cpSync(ROUTER, machine, { recursive: true });
    const file = join(machine, "proc/net/netfilter/nf_log");
    rmSync(file);
    symlinkSync("/etc/passwd", file);
    expect(await look(machine)).toMatchObject({ code: "ELOOP" });
  });

  test("a name of a program's answer is one name in one directory", () => {
    const digest = (): string => "d".repeat(32);
    expect(programName("nft", ["-j", "list", "table", "ip", "../.. a~"], digest)).toBe(
      "nft -j list table ip %2E./..%20a%7E".replace("/", "%2F"),
    );
    expect(programName("nft", ["a b"], digest)).not.toBe(programName("nft", ["a", "b"], digest));
    expect(programName("nft", ["a", ""], digest)).not.toBe(programName("nft", ["a"], digest));
    expect(programName("..", [], digest)).not.toMatch(/^\./);
    expect(programName("nft", ["ü".repeat(200)], digest).length).toBeLessThanOrEqual(255);
    expect(existsSync(join(ROUTER, "programs", programName("nft", ["-j", "list", "ruleset"], digest)))).toBe(true);
  });
});
