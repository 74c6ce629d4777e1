/** From 0 to below 1; the same from run to run. */
export function* randomNumbers(): Generator<number> {
  for (let state = 0x9e3779b9; ;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}
