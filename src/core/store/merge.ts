/** A series whose items come in the order of their keys. */
export interface Series<Item> {
  /** No item that comes has a lower key; undefined at the end. */
  readonly key: number | undefined;
  /** The item of that key; undefined if it is not known yet whether there is one: then the key is another afterwards. */
  next(): Item | undefined;
}

/** The items of all series in the order of their keys. No series is asked for more before it is its turn. */
export function* merge<Item>(all: readonly Series<Item>[]): Generator<Item> {
  const waiting = all.filter(({ key }) => key !== undefined).sort((a, b) => keyOf(a) - keyOf(b));
  for (let first = waiting.shift(); first !== undefined; first = waiting.shift()) {
    yield* upTo(first, keyOf(waiting[0]));
    if (first.key !== undefined) insert(waiting, first);
  }
}

function* upTo<Item>(series: Series<Item>, bound: number): Generator<Item> {
  while (series.key !== undefined && series.key <= bound) {
    const item = series.next();
    if (item !== undefined) yield item;
  }
}

function keyOf<Item>(series: Series<Item> | undefined): number {
  return series?.key ?? Infinity;
}

function insert<Item>(waiting: Series<Item>[], series: Series<Item>): void {
  const key = keyOf(series);
  let [low, high] = [0, waiting.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = waiting[middle];
    if (other !== undefined && keyOf(other) <= key) low = middle + 1;
    else high = middle;
  }
  waiting.splice(low, 0, series);
}
