/** A page of rows with the largest values, without putting all of millions in order. */

/**
 * The places from `offset` on of rows, largest values first; of equal ones the earlier row. Up to `limit`. `sorted`: the values in
 * ascending order.
 */
export function largestRows(
  values: Float64Array,
  sorted: Float64Array,
  { offset, limit }: { readonly offset: number; readonly limit: number },
): readonly number[] {
  const count = Math.min(limit, values.length - offset);
  if (count <= 0) return [];
  const first = sorted[sorted.length - 1 - offset]!;
  const last = sorted[sorted.length - offset - count]!;
  // Rows that are before the page among those that are equal to its first.
  let before = offset - (sorted.length - behind(sorted, first));
  const found: number[] = [];
  const ties: number[] = [];
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    if (value < last || value > first) continue;
    if (value === first && before > 0) before--;
    else if (value !== last) found.push(row);
    else if (ties.length < count) ties.push(row);
  }
  found.sort((a, b) => values[b]! - values[a]! || a - b);
  return [...found, ...ties].slice(0, count);
}

/** How many are not larger. */
function behind(ascending: Float64Array, value: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
