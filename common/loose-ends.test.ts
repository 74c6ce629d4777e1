import { expect, test } from 'vitest';
import { packLooseEnds, unpackLooseEnds } from './loose-ends.ts';

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(hex.split(' ').map((two) => parseInt(two, 16)));

test('the example of the format means what it says', () => {
  expect([...unpackLooseEnds(bytesOf('0e ac 02 14 05 04 03'))]).toEqual([
    { goroutine: 7, since: 300, state: 4, reason: 2, stack: 5, name: 4, isOpen: true, hasRun: true },
  ]);
});

/** core-wasm/assembly/summary/loose-ends.ts */
function row(goroutine: bigint, since: bigint, fields: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(40));
  view.setBigInt64(0, goroutine, true);
  view.setBigInt64(8, since, true);
  fields.forEach((field, i) => view.setUint32(24 + i * 4, field, true));
  return new Uint8Array(view.buffer);
}

test('rows of the core are packed and come back, whatever their ids', () => {
  const rows = [row(9n, 5n, [34, 1, 2, 1]), row(-3n, -4n, [0, 0, 0, 0]), row(2n ** 62n, 7n, [2, 3, 4, 3])];
  const bytes = Uint8Array.from(rows.flatMap((one) => [...one]));
  const ends = [...unpackLooseEnds(packLooseEnds(bytes))];
  expect(ends.map(({ goroutine }) => goroutine)).toEqual([9, -3, 2 ** 50]);
  expect(ends.map(({ since }) => since)).toEqual([5, 0, 7]);
  expect(ends[0]).toMatchObject({ state: 2, reason: 4, stack: 1, name: 2, isOpen: true, hasRun: false });
});
