/** Lengths of time as people write them: `1.5ms`, `250us`, `2m`, `1e6`; without a unit they are nanoseconds. */
const units: Readonly<Record<string, number>> = {
  '': 1,
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  min: 60e9,
  h: 3600e9,
};

/** In nanoseconds, rounded; undefined where it is none. */
export function parseDuration(written: string): number | undefined {
  const found = /^(\d+(?:\.\d*)?|\.\d+)(?:e(\d{1,2}))?\s*([a-zµμ]*)$/i.exec(written.trim());
  const unit = units[found?.[3]?.toLowerCase() ?? '-'];
  if (!found || unit === undefined) return undefined;
  return Math.round(Number(`${found[1]}e${found[2] ?? 0}`) * unit);
}
