import fc from "fast-check";
import { expect, test } from "vitest";
import type { FlowChange } from "../../../src/core/event/event.ts";
import { FlowFollower } from "../../../src/core/flow/follower.ts";
import { ConntrackMessage } from "../../../src/core/netlink/conntrack-message.ts";
import { encodeConntrack } from "../../helpers/conntrack-messages.ts";
import { RUNS } from "../../helpers/runs.ts";

interface Flow {
  readonly id: number;
  readonly port: number;
}

/** A flow by its number: some have the id of another, and the same one comes again. */
function flowOf(number: number): Flow {
  return { id: number % 5, port: number };
}

function bytesOf(change: "new" | "update" | "destroy", { id, port }: Flow): Buffer {
  const ends = { protocol: 17, sport: port, dport: 53 };
  return encodeConntrack({
    ...{ change, id, portId: change === "destroy" ? 7 : 0 },
    orig: { ...ends, src: [10, 0, 0, 1], dst: [10, 0, 0, 2] },
    reply: { ...ends, sport: 53, dport: port, src: [10, 0, 0, 2], dst: [10, 0, 0, 1] },
  });
}

interface Told {
  readonly change: FlowChange;
  readonly isResync: boolean;
  readonly beganUs: number;
  readonly portId: number;
}

/** The kernel with its table and the events that wait to be read; some find no room. */
class Kernel {
  readonly table = new Map<number, Flow>();
  readonly queue: Buffer[] = [];
  readonly told = new Map<number, Told[]>();
  readonly follower = new FlowFollower(({ orig, portId }, change, isResync, beganUs) => {
    const list = this.told.get(orig.sport) ?? [];
    list.push({ change, isResync, beganUs, portId });
    this.told.set(orig.sport, list);
  });
  readonly #message = new ConntrackMessage();
  /** What is left of a table that is being told: the kernel takes it as it stands at each step. */
  #isTelling = false;
  #next = 0;

  happen(number: number, isLost: boolean): void {
    const flow = flowOf(number);
    const isThere = this.table.has(number);
    if (isThere) this.table.delete(number);
    else this.table.set(number, flow);
    if (!isLost) this.queue.push(bytesOf(isThere ? "destroy" : "new", flow));
  }

  update(number: number, isLost: boolean): void {
    const flow = this.table.get(number);
    if (flow !== undefined && !isLost) this.queue.push(bytesOf("update", flow));
  }

  read(count: number): void {
    for (const bytes of this.queue.splice(0, count)) {
      this.#message.read(bytes, 0, bytes.length);
      this.follower.event(this.#message, 1000);
    }
  }

  begin(): void {
    if (this.#isTelling) return;
    this.follower.beginCensus();
    this.#isTelling = true;
    this.#next = 0;
  }

  /** A piece of the table, by the order of ports. */
  tell(count: number): void {
    if (!this.#isTelling) return;
    const piece = [...this.table].filter(([number]) => number >= this.#next && number < this.#next + count);
    this.#next += count;
    for (const [, flow] of piece) {
      const bytes = bytesOf("update", flow);
      this.#message.read(bytes, 0, bytes.length);
      this.follower.entry(this.#message);
    }
  }

  end(): void {
    this.begin();
    this.tell(NUMBERS);
    this.tell(NUMBERS);
    this.read(this.queue.length);
    this.follower.endCensus();
    this.#isTelling = false;
  }
}

const NUMBERS = 12;
const number = fc.nat(NUMBERS - 1);
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ what: fc.constant("happen" as const), number, isLost: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant("update" as const), number, isLost: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ what: fc.constant("read" as const), number }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("begin" as const) }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant("tell" as const), number }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("end" as const) }) },
);

function run(kernel: Kernel, steps: readonly (typeof step extends fc.Arbitrary<infer Step> ? Step : never)[]): void {
  for (const one of steps) {
    if (one.what === "happen") kernel.happen(one.number, one.isLost);
    else if (one.what === "update") kernel.update(one.number, one.isLost);
    else if (one.what === "read") kernel.read(one.number);
    else if (one.what === "tell") kernel.tell(one.number);
    else kernel[one.what]();
  }
  kernel.end();
  kernel.end(); // what began or ended while the last one went on
}

test("every flow that is told to begin is told to end, in this order, whatever is lost and when the table is told", () => {
  fc.assert(
    fc.property(fc.array(number), fc.array(step, { maxLength: 60 }), (older, steps) => {
      const kernel = new Kernel();
      for (const one of new Set(older)) kernel.table.set(one, flowOf(one));
      run(kernel, steps);
      for (const [port, told] of kernel.told) expectInOrder(told, kernel.table.has(port));
      expect(kernel.follower.size).toBe(kernel.table.size);
    }),
    { numRuns: RUNS * 4 },
  );
});

/** It is open from new (or listed) to destroy, and updates come within. */
function expectInOrder(told: readonly Told[], isThere: boolean): void {
  let isOpen = false;
  for (const [place, { change }] of told.entries()) {
    const isFirst = place === 0;
    // An older flow may end or change before it was listed.
    if (change === "new" || change === "listed") expect(isOpen).toBe(false);
    else expect(isOpen || isFirst).toBe(true);
    isOpen = change !== "destroy";
  }
  expect(isOpen).toBe(isThere);
}

test("nothing is made up where nothing is lost", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const kernel = new Kernel();
      kernel.end();
      run(
        kernel,
        steps.map((one) => ("isLost" in one ? { ...one, isLost: false } : one)),
      );
      expect([...kernel.told.values()].flat().filter(({ isResync }) => isResync)).toEqual([]);
    }),
    { numRuns: RUNS * 2 },
  );
});

test("what is found of a flow says nothing of the moment of another message; its start is that of its beginning", () => {
  const kernel = new Kernel();
  kernel.end();
  kernel.happen(1, false);
  kernel.read(1);
  kernel.happen(1, true);
  kernel.end();
  expect(kernel.told.get(1)).toEqual([
    { change: "new", isResync: false, beganUs: 0, portId: 0 },
    { change: "destroy", isResync: true, beganUs: 1000, portId: 0 },
  ]);
});

test("an entry that is about to go is not there any more", () => {
  const kernel = new Kernel();
  kernel.end();
  const message = new ConntrackMessage();
  const dying = encodeConntrack({
    ...{ change: "update", id: 1, status: 0x208 },
    orig: { src: [10, 0, 0, 1], dst: [10, 0, 0, 2], protocol: 17, sport: 9, dport: 53 },
    reply: { src: [10, 0, 0, 2], dst: [10, 0, 0, 1], protocol: 17, sport: 53, dport: 9 },
  });
  message.read(dying, 0, dying.length);
  kernel.follower.beginCensus();
  kernel.follower.entry(message);
  kernel.follower.endCensus();
  expect(kernel.told.size).toBe(0);
});
