/** The trace's clock: units of its frequency to nanoseconds. */

let nsPerUnit: f64 = 1;
/** The same as an integer, where it is one (64 on Unix) and small enough for exact products; else 0. */
let wholeNsPerUnit: u64 = 0;
const mostWhole: f64 = 1048576;

/** Units per second. Two divisions in this order, as Go's reader does it. */
export function setFrequency(unitsPerSecond: u64): void {
  nsPerUnit = 1.0 / (<f64>unitsPerSecond / 1e9);
  const isWhole = nsPerUnit >= 1 && nsPerUnit <= mostWhole && nsPerUnit == Math.floor(nsPerUnit);
  wholeNsPerUnit = isWhole ? <u64>nsPerUnit : 0;
}

// @ts-ignore: decorator
@inline
export function toNs(units: u64): i64 {
  if (wholeNsPerUnit != 0 && units <= 0xffffffff) return <i64>(units * wholeNsPerUnit);
  return toNsInexact(units);
}

function toNsInexact(units: u64): i64 {
  const ns = <f64>units * nsPerUnit;
  // What does not fit (and NaN) becomes the lowest number, as on amd64.
  return ns < 9223372036854775808.0 ? <i64>ns : i64.MIN_VALUE;
}
