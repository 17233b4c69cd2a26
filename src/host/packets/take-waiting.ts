/**
 * Takes what waits now; what comes meanwhile may wait, though more came than is taken.
 * @param next takes one, and says how long it was: less than 0 where nothing waits
 * @param bytesMax what may wait
 */
export function takeWaiting(next: () => number, bytesMax: number): void {
  for (let taken = 0; taken <= bytesMax; ) {
    const length = next();
    if (length < 0) return;
    taken += length;
  }
}
