/** A page of rows in the order of a key, without putting all of millions in order. */

export interface RowPage {
  readonly offset: number;
  readonly limit: number;
  readonly descending: boolean;
}

/** The places of its rows; of those with equal keys the earlier row comes first. `sorted`: the keys in ascending order. */
export function pageRows(
  keys: Float64Array,
  sorted: Float64Array,
  { offset, limit, descending }: RowPage,
): readonly number[] {
  const count = Math.min(limit, keys.length - offset);
  if (count <= 0) return [];
  const at = (place: number): number => sorted[descending ? sorted.length - 1 - place : place]!;
  const [first, last] = [at(offset), at(offset + count - 1)];
  const [least, most] = descending ? [last, first] : [first, last];
  // Rows that are before the page among those whose keys are equal to its first.
  let before =
    offset - (descending ? sorted.length - below(sorted, first, true) : below(sorted, first, false));
  const found: number[] = [];
  const ties: number[] = [];
  for (let row = 0; row < keys.length; row++) {
    const key = keys[row]!;
    if (key < least || key > most) continue;
    if (key === first && before > 0) before--;
    else if (key !== last) found.push(row);
    else if (ties.length < count) ties.push(row);
  }
  const sign = descending ? -1 : 1;
  found.sort((a, b) => sign * (keys[a]! - keys[b]!) || a - b);
  return [...found, ...ties].slice(0, count);
}

/** How many are less than a value, or equal. */
function below(ascending: Float64Array, value: number, orEqual: boolean): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const key = ascending[middle]!;
    if (key < value || (orEqual && key === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}
