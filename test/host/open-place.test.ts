import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { PlaceDocument } from "../../src/core/archive/schema.ts";
import { PlaceError } from "../../src/core/model/place.ts";
import { openPlace } from "../../src/host/places/open-place.ts";

async function textOf(chunks: AsyncIterable<Buffer>): Promise<string> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all).toString();
}

async function* bytes(...texts: string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text);
}

/** A place whose connection is a program of sh: $1 is the command for over there. */
function through(wrapper: string): PlaceDocument {
  return { exec: ["sh", "-c", wrapper, "wrapper", "{command}"] };
}

test.each([["here" as const], [through('sh -c "$1"')]])(
  "a script gets its words and its input: %j",
  async (document) => {
    const place = openPlace(document);
    const script = 'printf "%s|" "$@"; cat';
    expect(await textOf(place.run(script, ["a b", "$(id)"], { input: bytes("one ", "two") }))).toBe(
      "a b|$(id)|one two",
    );
    expect(await textOf(place.run("cat", []))).toBe("");
  },
);

test.each([
  ["off", "echo VM is not running >&2; exit 1", { how: "unreached", says: "VM is not running" }],
  ["cut off", 'sh -c "$1" | head -c 5; kill -9 $$', { how: "cut-off" }],
  ["failing", 'sh -c "$1"', { how: "failed", code: 9, says: "no good" }],
])("a place that is %s says so", async (_name, wrapper, expected) => {
  const script = "echo 0123456789; echo no good >&2; exit 9";
  const outcome = textOf(openPlace(through(wrapper)).run(script, []));
  await expect(outcome).rejects.toMatchObject(expected);
  await expect(outcome).rejects.toBeInstanceOf(PlaceError);
});

test("a program that is not there is a place that is not reached", async () => {
  const outcome = textOf(openPlace({ exec: ["/nonexistent/run", "{command}"] }).run("true", []));
  await expect(outcome).rejects.toMatchObject({ how: "unreached", says: "/nonexistent/run was not started: ENOENT" });
});

test("an input that breaks ends the script, and is what is thrown", async () => {
  async function* broken(): AsyncGenerator<Buffer> {
    yield Buffer.from("half");
    throw new Error("the source broke");
  }
  const outcome = textOf(openPlace("here").run("cat >/dev/null; echo whole", [], { input: broken() }));
  await expect(outcome).rejects.toThrow("the source broke");
});

test("a script that takes no input is no trouble, however long the input is", async () => {
  async function* endless(): AsyncGenerator<Buffer> {
    for (;;) yield Buffer.alloc(65_536);
  }
  expect(await textOf(openPlace("here").run("echo enough", [], { input: endless() }))).toBe("enough\n");
});

/** A script that waits until its connection ends, and a promise of that end. */
async function openWaiting(): Promise<{ script: string; port: string; gone: Promise<unknown>; close: () => void }> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const gone = once(server, "connection").then(([socket]) => once(socket.resume(), "close"));
  const { port } = server.address() as { port: number };
  const script = `exec bash -c 'exec 3<>/dev/tcp/127.0.0.1/$1; printf %1000s waiting; cat <&3' bash "$1"`;
  return { script, port: String(port), gone, close: () => server.close() };
}

test("whoever stops reading ends the script, and so does the signal", async () => {
  const first = await openWaiting();
  for await (const chunk of openPlace("here").run(first.script, [first.port])) {
    expect(chunk.toString()).toMatch(/^ +$/); // the end of what came is held back: it may be the end of all
    break;
  }
  await first.gone;
  first.close();

  const second = await openWaiting();
  const controller = new AbortController();
  const chunks = openPlace("here").run(second.script, [second.port], { signal: controller.signal });
  const outcome = (async () => {
    for await (const _chunk of chunks) controller.abort(new Error("enough"));
  })();
  await expect(outcome).rejects.toThrow("enough");
  await second.gone;
  second.close();
});

test("what ignores that it should end is ended, also if something holds its output open", async () => {
  const controller = new AbortController();
  const script = `trap '' TERM; setsid sleep 20 & printf '%1000s' ''; while :; do sleep 1; done`;
  const outcome = (async () => {
    const chunks = openPlace("here").run(script, [], { signal: controller.signal });
    for await (const _chunk of chunks) controller.abort(new Error("enough"));
  })();
  await expect(outcome).rejects.toThrow("enough");
}, 15_000);

test.each([
  ["qubes:sys-dns" as const, "--pass-io --no-gui --no-autostart -- sys-dns"],
  ["qubes:root@sys-dns" as const, "--pass-io --no-gui --no-autostart --user=root -- sys-dns"],
])("%s is asked by qvm-run, as who was named, and is not started for it", async (document, words) => {
  const bin = mkdtempSync(join(tmpdir(), "netlogctl-qvm-run-"));
  const before = process.env["PATH"];
  const command = '#!/bin/sh\nwhile [ $# -gt 1 ]; do printf "%s " "$1"; shift; done\nexec sh -c "$1"\n';
  writeFileSync(join(bin, "qvm-run"), command, { mode: 0o755 });
  process.env["PATH"] = `${bin}:${before}`;
  try {
    expect(await textOf(openPlace(document).run('echo "$1"', ["done"]))).toBe(`${words} done\n`);
  } finally {
    process.env["PATH"] = before;
    rmSync(bin, { recursive: true });
  }
});
