import { beforeAll, expect, test } from "vitest";
import { type Lab, MAIN, openLab } from "../helpers/lab.ts";

const EVE = "setpriv --reuid=1000 --regid=1000 --clear-groups";
const INTENT = 'version: 1\nrules: [{ name: a, hook: output, log: { prefix: "a ", group: 1 } }]\n';
const LOSS = '{"schema":1,"kind":"loss","ts":"2026-11-21T11:39:14.104124425Z","source":"nflog","count":1}\n';

beforeAll(() => {
  if (process.getuid?.() !== 0) throw new Error("what others may change is a matter of real users");
});

/** Root's /run/netlog.yaml and /run/in.ndjson, a directory of a stranger's, a sticky one, and one that is root's alone. */
async function openPlaces(script: string): Promise<Lab> {
  const lab = await openLab();
  await lab.run("tee", ["/run/netlog.yaml"], INTENT);
  await lab.run("tee", ["/run/in.ndjson"], LOSS);
  const places = "install -d -o 1000 -g 1000 /run/eve; install -d -m 1777 /run/tmp; install -d -m 700 /run/own";
  expect(await lab.run("bash", ["-ec", `cd /run; ${places}; ${script}`])).toMatchObject({ code: 0 });
  return lab;
}

async function expectRefused(lab: Lab, ...words: string[]): Promise<void> {
  const { code, stderr } = await lab.netlogctl(...words);
  expect(stderr).toMatch(/is not to be trusted/);
  expect(stderr).not.toMatch(/this is a bug/);
  expect(code).toBe(1);
}

test("a stranger's link to a file of root's is not obeyed", async () => {
  await using lab = await openPlaces(`${EVE} ln -s /run/netlog.yaml /run/eve/netlog.yaml`);
  await expectRefused(lab, "rules", "preview", "-f", "/run/eve/netlog.yaml");
});

test("a remedy is for a shell, whatever a stranger calls a directory", async () => {
  const name = "/run/a b;$(touch ran)";
  await using lab = await openPlaces(`mkdir -m 777 '${name}'; cp netlog.yaml '${name}'`);
  const { stdout } = await lab.netlogctl("rules", "preview", "-f", `${name}/netlog.yaml`, "--json");
  const { remedy } = (JSON.parse(stdout) as { error: { remedy: string } }).error;
  const command = remedy.replace(/^.* then /, "");
  expect(command).toBe(`chmod o-w '${name}'`);
  expect(await lab.run("sh", ["-c", command])).toMatchObject({ code: 0, stderr: "" });
  expect(await lab.netlogctl("rules", "preview", "-f", `${name}/netlog.yaml`)).toMatchObject({ code: 0 });
});

test("nor is their pipe, by whatever name; one of who runs it is", async () => {
  await using lab = await openPlaces("true");
  const { code } = await lab.run("bash", [
    "-c",
    `exec 8< <(cat /run/netlog.yaml); ${process.execPath} ${MAIN} rules preview -f /dev/fd/8`,
  ]);
  expect(code).toBe(0);
  // Nobody writes to it: it is not waited for.
  const fifo = `${EVE} mkfifo /run/tmp/f; ${process.execPath} ${MAIN} rules preview -f /run/tmp/f`;
  expect((await lab.run("bash", ["-c", fifo])).stderr).toContain("it belongs to the user 1000");
});

test("a revision of a repository that others may write is not obeyed, and nothing that it names is run", async () => {
  const git = "git -c user.name=x -c user.email=x@x -c init.defaultBranch=main -c safe.directory=*";
  await using lab = await openPlaces(
    `mkdir own/repo; cd own/repo; ${git} init -q; cp /run/netlog.yaml .; ${git} add .; ${git} commit -qm x`,
  );
  const preview = async (): Promise<number> =>
    (
      await lab.run("sh", [
        "-c",
        `cd /run/own/repo && ${process.execPath} ${MAIN} rules preview -f HEAD:netlog.yaml 2> /run/err`,
      ])
    ).code;
  expect(await preview()).toBe(0);
  await lab.run("chmod", ["666", "/run/own/repo/.git/config"]);
  expect(await preview()).toBe(1);
  expect(await lab.text("/run/err")).toMatch(/config is not to be trusted: everybody may write it/);

  const evil = `cd /run/own/repo; id=$(git rev-parse HEAD:netlog.yaml); rm .git/objects/$(echo $id | cut -c1-2)/$(echo $id | cut -c3-)
git config extensions.partialClone origin; git config remote.origin.promisor true; git config core.repositoryformatversion 1
git config remote.origin.url 'ext::sh -c touch% /run/evil'; git config protocol.ext.allow always
${process.execPath} ${MAIN} rules lint -f HEAD:netlog.yaml`;
  expect((await lab.run("sh", ["-c", evil])).code).not.toBe(0);
  expect(await lab.text("/run/evil")).toBeUndefined();
});

test.each([
  ["what a stranger made there before", "touch /run/tmp/out"],
  ["their link to a pipe of root's", "ln -s /run/own/fifo /run/tmp/out"],
  ["their pipe", "mkfifo /run/tmp/out"],
])("-o into a sticky directory does not write into %s", async (_, made) => {
  await using lab = await openPlaces(`mkfifo /run/own/fifo; ${EVE} ${made}`);
  await expectRefused(lab, "packets", "convert", "/run/in.ndjson", "-F", "json", "-o", "/run/tmp/out");
});

test("nor does a record, or a ring, follow their link", async () => {
  await using lab = await openPlaces(`${EVE} ln -s /run/own /run/tmp/place`);
  await expectRefused(lab, "record", "/run/tmp/place");
  await expectRefused(lab, "capture", "run", "-g", "7", "--ring", "/run/tmp/place", "--timeout", "1s");
  expect((await lab.run("ls", ["-A", "/run/own"])).stdout).toBe("");
});

test("a place of PATH is the one that was looked at, not where a link leads later", async () => {
  const told = "#!/bin/sh\\necho $PATH > /run/path; echo nftables v9.9.9\\n";
  await using lab = await openPlaces(
    `${EVE} ln -s /usr/bin /run/eve/bin; mkdir own/bin; printf '${told}' > own/bin/nft; chmod 755 own own/bin own/bin/nft`,
  );
  const asked = `PATH=/run/own/bin:/run/eve/bin:$PATH ${process.execPath} ${MAIN} --version`;
  expect(await lab.run("sh", ["-c", asked])).toMatchObject({ code: 0, stdout: expect.stringContaining("nft-9.9.9") });
  expect(await lab.text("/run/path")).toMatch(/^\/run\/own\/bin:(?!.*\/run\/eve)/);
});
