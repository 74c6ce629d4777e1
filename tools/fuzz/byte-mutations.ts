/** Mutations of a trace as mere bytes. */
import { varint } from '../../fixtures/text-trace.ts';
import type { Random } from './random.ts';

export type ByteMutation = (data: Uint8Array, random: Random, other: Uint8Array) => Uint8Array;

/** Numbers at which something may break: around powers of two, and the limits of the format. */
export const oddNumbers: readonly bigint[] = [
  0n,
  1n,
  2n,
  5n,
  127n,
  128n,
  129n,
  255n,
  256n,
  257n,
  1024n,
  1025n,
  65535n,
  65536n,
  65537n,
  0x7fffffffn,
  0x80000000n,
  0xffffffffn,
  0x100000000n,
  (1n << 53n) - 1n,
  1n << 53n,
  (1n << 53n) + 1n,
  1n << 62n,
  (1n << 63n) - 1n,
  1n << 63n,
  (1n << 63n) + 1n,
  (1n << 64n) - 2n,
  (1n << 64n) - 1n,
];

const headerLength = 16;
const minors = ['11', '19', '20', '21', '22', '23', '24', '25', '26', '27', '99'];

const concat = (...pieces: readonly Uint8Array[]): Uint8Array => Buffer.concat(pieces);

/** A range behind the header, mostly short. */
function range(data: Uint8Array, random: Random): { from: number; until: number } {
  const from = headerLength + random.below(data.length - headerLength);
  return { from, until: Math.min(data.length, from + 1 + random.small(random.chance(4) ? data.length : 64)) };
}

function changed(data: Uint8Array, change: (copy: Uint8Array) => void): Uint8Array {
  const copy = data.slice();
  change(copy);
  return copy;
}

const place = (data: Uint8Array, random: Random): number =>
  headerLength + random.below(data.length - headerLength);

export const byteMutations: Readonly<Record<string, ByteMutation>> = {
  'flip a bit': (data, random) =>
    changed(data, (copy) => {
      const at = place(data, random);
      copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8));
    }),
  'change a byte': (data, random) => changed(data, (copy) => (copy[place(data, random)] = random.below(256))),
  'raise or lower a byte': (data, random) =>
    changed(data, (copy) => {
      const at = place(data, random);
      copy[at] = (copy[at] ?? 0) + (random.chance(2) ? 1 : 255);
    }),
  'cut the end off': (data, random) =>
    data.slice(0, random.chance(8) ? random.below(20) : place(data, random)),
  'remove a range': (data, random) => {
    const { from, until } = range(data, random);
    return concat(data.subarray(0, from), data.subarray(until));
  },
  'double a range': (data, random) => {
    const { from, until } = range(data, random);
    return concat(data.subarray(0, until), data.subarray(from));
  },
  'move a range': (data, random) => {
    const { from, until } = range(data, random);
    const rest = concat(data.subarray(0, from), data.subarray(until));
    const to = place(rest, random);
    return concat(rest.subarray(0, to), data.subarray(from, until), rest.subarray(to));
  },
  'go on with another trace': (data, random, other) =>
    concat(data.subarray(0, place(data, random)), other.subarray(place(other, random))),
  'put in a piece of another trace': (data, random, other) => {
    const { from, until } = range(other, random);
    const at = place(data, random);
    return concat(data.subarray(0, at), other.subarray(from, until), data.subarray(at));
  },
  'put in an odd number': (data, random) => {
    const at = place(data, random);
    const number = Uint8Array.from(varint(random.pick(oddNumbers)));
    return concat(data.subarray(0, at), number, data.subarray(at + (random.chance(2) ? 1 : 0)));
  },
  'put in a number that never ends': (data, random) => {
    const at = place(data, random);
    return concat(data.subarray(0, at), new Uint8Array(8 + random.below(8)).fill(0xff), data.subarray(at));
  },
  'overwrite a range with one byte': (data, random) => {
    const { from, until } = range(data, random);
    return changed(data, (copy) => copy.fill(random.below(256), from, until));
  },
  'change the version': (data, random) =>
    concat(data.subarray(0, 5), Buffer.from(random.pick(minors)), data.subarray(7)),
  'change the header': (data, random) =>
    changed(data, (copy) => (copy[random.below(Math.min(headerLength, copy.length))] = random.below(256))),
};
