/** Mutations that leave the framing of a trace as it was: batches in another order, events that should not be there. */
import { wireEventByType, wireEvents } from '#common/trace-format/event-table.ts';
import { oddNumbers } from './byte-mutations.ts';
import type { Random } from './random.ts';
import { makeEntry, type BatchPart, type Entry, type Part, type TraceTree } from './trace-tree.ts';

export type TreeMutation = (tree: TraceTree, random: Random, other: TraceTree) => TraceTree;

const timedTypes = wireEvents.filter((event) => event.timed).map((event) => event.type);
const marker: Part = { kind: 'bytes', bytes: Uint8Array.of(52) };

function withPart(tree: TraceTree, at: number, ...parts: readonly Part[]): TraceTree {
  return { ...tree, parts: [...tree.parts.slice(0, at), ...parts, ...tree.parts.slice(at + 1)] };
}

/** Changes one of the batches; those that are events more often than tables. */
function onBatch(tree: TraceTree, random: Random, change: (batch: BatchPart) => readonly Part[]): TraceTree {
  for (let attempt = 0; attempt < 6; attempt++) {
    const at = random.below(tree.parts.length);
    const part = tree.parts[at];
    if (part?.kind !== 'batch' || (attempt < 4 && isTable(part))) continue;
    return withPart(tree, at, ...change(part));
  }
  return tree;
}

const isTable = (batch: BatchPart): boolean => wireEventByType[batch.entries[0]?.type ?? 0]?.timed !== true;

function onEntries(
  tree: TraceTree,
  random: Random,
  change: (entries: Entry[], at: number) => void,
): TraceTree {
  return onBatch(tree, random, (batch) => {
    const entries = [...batch.entries];
    const early = random.small(entries.length);
    // Late as often as early: what is wrong early hides all that follows.
    change(entries, random.chance(2) ? early : Math.max(0, entries.length - 1 - early));
    return [{ ...batch, entries }];
  });
}

/** What the arguments of one name are in this trace: ids that are there, mostly. */
function seen(tree: TraceTree, name: string, random: Random): bigint {
  for (let attempt = 0; attempt < 20; attempt++) {
    const part = tree.parts[random.below(tree.parts.length)];
    if (part?.kind !== 'batch') continue;
    if (name === 'm') return part.thread;
    const entry = part.entries[random.below(part.entries.length)];
    const event = entry && wireEventByType[entry.type];
    if (!event) continue;
    const place = event.args.findIndex((arg) => sort(arg) === sort(name));
    if (place >= 0) return entry.numbers[place + (event.timed ? 1 : 0)] ?? 0n;
  }
  return 0n;
}

/** `new_g` and `g` are the same sort of number. */
const sort = (name: string): string => {
  if (name.endsWith('_string')) return 'string';
  if (name.endsWith('stack')) return 'stack';
  if (name.endsWith('task')) return 'task';
  return name.replace(/^new_/, '');
};

function number(tree: TraceTree, name: string, random: Random): bigint {
  if (random.chance(4)) return random.pick(oddNumbers);
  if (name.endsWith('seq') || name.endsWith('status') || random.chance(5)) return BigInt(random.below(6));
  return seen(tree, name, random) + (random.chance(4) ? 1n : 0n);
}

function anyEvent(tree: TraceTree, random: Random): Entry {
  const type = random.pick(timedTypes);
  const delta = random.chance(12) ? random.pick(oddNumbers) : BigInt(random.below(40));
  const args = wireEventByType[type]!.args.map((name) => number(tree, name, random));
  return makeEntry(type, [delta, ...args]);
}

function changedNumber(entry: Entry, tree: TraceTree, random: Random): Entry {
  if (entry.numbers.length === 0) return entry;
  const at = random.below(entry.numbers.length);
  const event = wireEventByType[entry.type]!;
  const name = event.args[at - (event.timed ? 1 : 0)] ?? '';
  const value = random.chance(3)
    ? entry.numbers[at]! + (random.chance(2) ? 1n : -1n)
    : number(tree, name, random);
  return makeEntry(entry.type, entry.numbers.with(at, BigInt.asUintN(64, value)), entry.text);
}

/** Those after which much of a trace can still be ordered. */
export const gentleMutations: readonly string[] = [
  'put in an event',
  'put in an event',
  'put in the same event again',
  'remove an event',
  'swap two events',
  'change a number of an event',
  'change a number of an event',
  'change the kind of an event',
  'change the time of a batch',
  'cut a batch in two',
  'swap two batches',
  'follow with the same trace as the next generation',
];

export const treeMutations: Readonly<Record<string, TreeMutation>> = {
  'swap two batches': (tree, random) => {
    const [a, b] = [random.below(tree.parts.length), random.below(tree.parts.length)];
    return { ...tree, parts: tree.parts.with(a, tree.parts[b]!).with(b, tree.parts[a]!) };
  },
  'double a batch': (tree, random) => onBatch(tree, random, (batch) => [batch, batch]),
  'remove a batch': (tree, random) => withPart(tree, random.below(tree.parts.length)),
  'put a batch of another trace in': (tree, random, other) => {
    const at = random.below(tree.parts.length);
    return withPart(tree, at, tree.parts[at]!, random.pick(other.parts));
  },
  'follow with the batches of another trace': (tree, _, other) => ({
    ...tree,
    parts: [...tree.parts, ...other.parts],
  }),
  'follow with the same trace as the next generation': (tree, random) => {
    const step = random.chance(3) ? 0n : 1n;
    const next = tree.parts.map((part) =>
      part.kind === 'batch' ? { ...part, generation: part.generation + step } : part,
    );
    return { ...tree, parts: [...tree.parts, ...next] };
  },
  'change the generation of a batch': (tree, random) =>
    onBatch(tree, random, (batch) => [
      { ...batch, generation: random.chance(3) ? random.pick(oddNumbers) : batch.generation + 1n },
    ]),
  'make all generations equal': (tree, random) => {
    const generation = BigInt(random.below(4));
    return {
      ...tree,
      parts: tree.parts.map((part) => (part.kind === 'batch' ? { ...part, generation } : part)),
    };
  },
  'change the thread of a batch': (tree, random) =>
    onBatch(tree, random, (batch) => [{ ...batch, thread: number(tree, 'm', random) }]),
  'change the time of a batch': (tree, random) =>
    onBatch(tree, random, (batch) => [
      {
        ...batch,
        time: random.chance(2) ? random.pick(oddNumbers) : batch.time + BigInt(random.below(1000)),
      },
    ]),
  'cut a batch in two': (tree, random) =>
    onBatch(tree, random, (batch) => {
      const at = random.below(batch.entries.length);
      return [
        { ...batch, entries: batch.entries.slice(0, at), rest: new Uint8Array() },
        { ...batch, entries: batch.entries.slice(at) },
      ];
    }),
  'make a batch experimental': (tree, random) =>
    onBatch(tree, random, (batch) => [{ ...batch, experiment: random.below(4) }]),
  'put in an end of generation': (tree, random) => {
    const at = random.below(tree.parts.length);
    return withPart(tree, at, tree.parts[at]!, marker);
  },
  'put in an event': (tree, random) =>
    onEntries(tree, random, (entries, at) => entries.splice(at + random.below(2), 0, anyEvent(tree, random))),
  'put in the same event again': (tree, random) =>
    onEntries(tree, random, (entries, at) => entries.length > 0 && entries.splice(at, 0, entries[at]!)),
  'remove an event': (tree, random) => onEntries(tree, random, (entries, at) => entries.splice(at, 1)),
  'swap two events': (tree, random) =>
    onEntries(tree, random, (entries, at) => {
      const next = Math.min(entries.length - 1, at + 1 + random.small(5));
      if (entries.length > 1) [entries[at], entries[next]] = [entries[next]!, entries[at]!];
    }),
  'remove the rest of a batch': (tree, random) =>
    onEntries(tree, random, (entries, at) => entries.splice(at)),
  'change a number of an event': (tree, random) =>
    onEntries(tree, random, (entries, at) => {
      if (entries[at]) entries[at] = changedNumber(entries[at], tree, random);
    }),
  'change the kind of an event': (tree, random) =>
    onEntries(tree, random, (entries, at) => {
      if (entries[at]) entries[at] = makeEntry(random.pick(timedTypes), entries[at].numbers);
    }),
};
