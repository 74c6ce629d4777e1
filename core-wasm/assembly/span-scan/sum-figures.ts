/** The figures of a sum (layout: sums.ts). */

// @ts-ignore: decorator
@inline
export function addSum(sum: usize, begun: u64, carried: u64, ns: u64): void {
  store<u64>(sum, load<u64>(sum, 16) + begun, 16);
  store<u64>(sum, load<u64>(sum, 24) + carried, 24);
  store<u64>(sum, load<u64>(sum, 32) + ns, 32);
}

/** A stay ended at `last` − 1. */
// @ts-ignore: decorator
@inline
export function endedAt(sum: usize, last: u64): void {
  store<u64>(sum, max<u64>(load<u64>(sum, 40), last), 40);
}
