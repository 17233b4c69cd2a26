// Goes through the events of a `flows stream --json` and says as JSON how many flows began and ended, how many of these events
// the kernel's table showed (resync), which losses were told, and how many did not follow from those before: a beginning
// of what is open, an end of what is not.
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";

const account = { began: 0, ended: 0, updates: 0, resyncs: 0, wrong: 0, losses: [] };
const open = new Set();
for await (const line of createInterface({ input: createReadStream(process.argv[2]) })) {
  const { kind, change, resync, id, src, dst, sport, dport, count, since, until } = JSON.parse(line);
  if (kind === "loss") account.losses.push({ count, since, until });
  else if (change === "update") account.updates += 1;
  else {
    const key = [id, src, dst, sport, dport].join(" ");
    const isEnd = change === "destroy";
    if (open.has(key) !== isEnd) account.wrong += 1;
    if (isEnd) open.delete(key);
    else open.add(key);
    account[isEnd ? "ended" : "began"] += 1;
    if (resync) account.resyncs += 1;
  }
}
process.stdout.write(JSON.stringify({ ...account, open: open.size }));
