// Adds up what a reader was told, line by line: packets and losses by group, flows, and whatever does not follow from what
// came before.

const WRONG_MAX = 20;
/** Where the number of a packet stands in its bytes: behind headers of IP and UDP. */
const NUMBER_AT = 28;

/** What is known of a group. */
class GroupAccount {
  told = 0;
  lost = 0;
  /** The sequence number that comes next. */
  next;
  /** What a packet's own number is more than its sequence number; undefined before the first packet since it was bound. */
  offset;
  /** The number of the packet that would come next. */
  expected = 0;
  /** Packets that were sent while nobody had bound the group, by their numbers. */
  unread = 0;
  /** Packets that are missing where it was said that some are. */
  jumped = 0;
  /** How many times it was said that some are missing, as of the event before. */
  toldMissing = 0;

  constructor(next) {
    this.next = next;
  }

  /** The group was bound anew, and is counted from 0. */
  restart() {
    if (this.offset !== undefined) this.expected = this.offset + this.next;
    this.offset = undefined;
    this.next = 0;
  }
}

/** What was told so far. */
export class Account {
  lines = 0;
  /** Events that were dropped since this subscriber was slow, as it was told. */
  dropped = 0;
  /** How many times it was told that what came behind its cursor is not held any more. */
  forgotten = 0;
  cursor = 0;
  flows = { began: 0, ended: 0, resyncs: 0, lost: 0, losses: 0, isWhole: true };
  wrong = [];
  #wrongs = 0;
  #missing = 0;
  #groups = new Map();
  #open = new Set();
  #first;
  #numbered;

  /**
   * @param numbered groups whose packets have numbers of their own
   * @param isFromBegin whether all is told from the first event on
   */
  constructor({ numbered = [], isFromBegin = true } = {}) {
    this.#numbered = new Set(numbered);
    this.#first = isFromBegin ? 0 : undefined;
  }

  /** Takes a line; what is no event is left out. */
  take(line) {
    if (!line.startsWith('{"schema"')) return;
    const event = JSON.parse(line);
    if (event.kind === "loss" && event.group === undefined && event.source === undefined) this.#takeMissing(event);
    else this.#takeEvent(event);
  }

  /** As a value that can be sent. */
  get figures() {
    const groups = Object.fromEntries(
      [...this.#groups].map(([group, { told, lost, unread, jumped, next }]) => [
        group,
        { told, lost, unread, jumped, next },
      ]),
    );
    const { lines, dropped, forgotten, cursor, flows, wrong } = this;
    return {
      ...{ lines, dropped, forgotten, cursor, wrong, groups },
      ...{ wrongs: this.#wrongs, flows: { ...flows, open: this.#open.size } },
    };
  }

  /** Of losses that the service tells to one subscriber. */
  #takeMissing({ why, count }) {
    this.#missing += 1;
    this.flows.isWhole = false;
    if (why.startsWith("the subscriber was too slow")) this.dropped += count;
    else if (why.startsWith("what came right behind the cursor")) this.forgotten += 1;
    else this.#note(`nobody knows this loss: ${why}`);
  }

  #takeEvent(event) {
    this.lines += 1;
    if (event.cursor !== undefined) this.#follow(event.cursor);
    if (event.kind === "flow") this.#takeFlow(event);
    else if (event.source === "conntrack") this.#takeFlowLoss(event);
    else if (event.kind === "loss") this.#takeLoss(event);
    else this.#takePacket(event);
  }

  #follow(cursor) {
    if (cursor <= this.cursor) this.#note(`the cursor ${cursor} comes behind ${this.cursor}`);
    this.cursor = cursor;
  }

  #takeFlowLoss({ count }) {
    this.flows.lost += count;
    this.flows.losses += 1;
  }

  #takeFlow({ change, resync, id, src, dst, sport, dport }) {
    if (change === "update") return;
    const key = `${id} ${src} ${dst} ${sport} ${dport}`;
    const isEnd = change === "destroy";
    if (this.flows.isWhole && this.#open.has(key) !== isEnd)
      this.#note(`a flow ${change}, and it did not follow: ${key}`);
    if (isEnd) this.#open.delete(key);
    else this.#open.add(key);
    if (resync) this.flows.resyncs += 1;
    if (change !== "listed") this.flows[isEnd ? "ended" : "began"] += 1;
  }

  #takeLoss({ group, count, from, to }) {
    const of = this.#groupOf(group);
    this.#reach(of, group, from);
    of.next = to + 1;
    of.lost += count;
    if (count !== to - from + 1) this.#note(`a loss of ${count} from ${from} to ${to}`);
  }

  #takePacket({ group, seq, kind, payload = "", payload_encoding = "hex" }) {
    if (kind !== "packet") this.#note(`a packet of group ${group} was not decoded`);
    const of = this.#groupOf(group);
    this.#reach(of, group, seq);
    of.next = seq + 1;
    of.told += 1;
    if (this.#numbered.has(group))
      this.#compare(of, group, Buffer.from(payload, payload_encoding).readUInt32BE(NUMBER_AT));
  }

  /** What is told next of a group follows what was told before, or it was said that something is missing. */
  #reach(of, group, seq) {
    of.next ??= seq;
    if (seq < of.next) of.restart();
    if (seq > of.next) {
      if (of.toldMissing === this.#missing) this.#note(`group ${group}: ${seq} comes behind ${of.next - 1}`);
      of.jumped += seq - of.next;
    }
    of.toldMissing = this.#missing;
  }

  /** Numbers go with the sequence, from one binding of the group to the next. */
  #compare(of, group, number) {
    const offset = number - (of.next - 1);
    if (of.offset === undefined) of.unread += offset - of.expected;
    else if (of.offset !== offset) this.#note(`group ${group}: the packet ${number} is ${offset}, not ${of.offset}`);
    of.offset = offset;
  }

  #groupOf(group) {
    const of = this.#groups.get(group) ?? new GroupAccount(this.#first);
    this.#groups.set(group, of);
    return of;
  }

  #note(what) {
    this.#wrongs += 1;
    if (this.wrong.length < WRONG_MAX) this.wrong.push(what);
  }
}

/** Cuts bytes into lines, and hands on each that is whole. */
export function lineCutter(take) {
  let rest = "";
  return (bytes) => {
    const lines = `${rest}${bytes}`.split("\n");
    rest = lines.pop();
    for (const line of lines) take(line);
  };
}
