/** The damaged traces that the fuzzer tries: each follows from the seed and its number alone. */
import { readdirSync, readFileSync } from 'node:fs';
import { encodeTextTrace, parseTextCase } from '../../fixtures/text-trace.ts';
import { byteMutations } from './byte-mutations.ts';
import { madeUpTrace } from './made-up-trace.ts';
import { Random } from './random.ts';
import { encodeTree, parseTree, type TraceTree } from './trace-tree.ts';
import { gentleMutations, treeMutations } from './tree-mutations.ts';

export interface Origin {
  readonly name: string;
  readonly data: Uint8Array;
  readonly tree: TraceTree;
}

export interface Mutant {
  readonly data: Uint8Array;
  /** `shop-go1.26.trace: put in an event, flip a bit` */
  readonly story: string;
}

/** Small traces, recorded and written by hand. `only` is part of the names of those wanted. */
export function origins(only = ''): readonly Origin[] {
  const fixtures = new URL('../../fixtures/', import.meta.url);
  const files = (folder: string, ending: string): readonly URL[] =>
    readdirSync(new URL(folder, fixtures))
      .filter((name) => name.endsWith(ending) && name.includes(only))
      .sort()
      .map((name) => new URL(`${folder}${name}`, fixtures));
  const recorded = files('tiny/', '.trace').map((url) => [url, new Uint8Array(readFileSync(url))] as const);
  const written = files('text/', '.txt').map(
    (url) => [url, encodeTextTrace(parseTextCase(readFileSync(url, 'utf8')).trace)] as const,
  );
  // A recorded trace exercises more than a written one, of which there are many.
  const list = [...recorded, ...recorded, ...recorded, ...written];
  return list.map(([url, data]) => ({ name: url.pathname.split('/').at(-1)!, data, tree: parseTree(data) }));
}

const treeNames = Object.keys(treeMutations);
const byteNames = Object.keys(byteMutations);
/** Splices would otherwise make traces ever larger. */
const mostBytes = 200_000;

const madeUpName = 'made up';

function madeUp(random: Random): Origin {
  const tree = madeUpTrace(random);
  return { name: madeUpName, data: encodeTree(tree), tree };
}

export function mutant(all: readonly Origin[], seed: number, index: number): Mutant {
  const random = new Random(seed, index);
  const origin = random.chance(5) ? madeUp(random) : random.pick(all);
  // As it is, to see the order of events that are all legal.
  if (origin.name === madeUpName && random.chance(2)) return { data: origin.data, story: madeUpName };
  const steps: string[] = [];
  const isGentle = random.chance(2);
  const names = isGentle ? gentleMutations : treeNames;
  const trees = all.map((one) => one.tree).filter((one) => one.parts.length > 0);
  let tree = origin.tree;
  const treeSteps = isGentle || !random.chance(3) ? 1 + random.small(isGentle ? 3 : 5) : 0;
  for (let left = treeSteps; left > 0 && tree.parts.length > 0; left--) {
    const name = random.pick(names);
    steps.push(name);
    tree = treeMutations[name]!(tree, random, random.pick(trees));
  }
  let data = treeSteps > 0 ? encodeTree(tree) : origin.data;
  const byteSteps = isGentle ? 0 : treeSteps > 0 ? random.small(3) : 1 + random.small(4);
  for (let left = byteSteps; left > 0; left--) {
    const name = random.pick(byteNames);
    steps.push(name);
    data = byteMutations[name]!(data, random, random.pick(all).data);
  }
  return { data: data.subarray(0, mostBytes), story: `${origin.name}: ${steps.join(', ')}` };
}
