// Numbers by chance, the same for the same seed.

/** What gives a whole number below another (Park and Miller's generator). */
export function createRandom(seed) {
  let state = (seed % 2_147_483_646) + 1;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}
