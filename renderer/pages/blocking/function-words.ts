import type { CallTree } from '#common/flame-graph/call-tree.ts';
import { stateClasses, type StateClass } from '#common/goroutine-state.ts';
import { countText, durationText, plain, shareText } from '#common/quantity-text.ts';
import type { Ink } from '#common/timeline/draw-list.ts';
import { frameInk } from '#common/timeline/stack-drawing.ts';
import { stateNames } from '#common/timeline/state-form.ts';
import { durNs } from '#common/units.ts';
import type { KindWords } from './blocking-kinds.ts';

/** As a box is called; the root has no name. */
export function nameOf(name = 'all'): string {
  const state = stateOfFrame.get(name);
  return state ? stateNames[state] : name;
}

export const stateAt = (name: string): StateClass | undefined => stateOfFrame.get(name);

/** `[sync]`: what all time at a stack ends in. */
export const stateFrame = (state: StateClass): string => `[${state}]`;
const stateOfFrame = new Map(stateClasses.map((state) => [stateFrame(state), state] as const));

const inks = new Map<string, Ink>();

export function inkOf(name: string): Ink {
  const state = stateOfFrame.get(name);
  const known = inks.get(name) ?? (state ? (`state-${state}` as const) : frameInk(name, []));
  inks.set(name, known);
  return known;
}

export function labelInkOf(name: string): Ink {
  const state = stateOfFrame.get(name);
  return state ? `state-${state}-on` : 'neutral-12';
}

export const durationWords = (ns: number): string => plain(durationText(durNs(ns)));

/** A function's share of all; of all how much it is. */
export const figureOf = (tree: CallTree, node: number): string =>
  node === 0 ? durationWords(tree.totals[0]!) : plain(shareText(tree.totals[node]! / tree.totals[0]!));

export const countWords = (count: number, { one, several }: KindWords): string =>
  `${plain(countText(count))} ${count === 1 ? one : several}`;

/** `main.work, 1.20 s, 34 % of all, 12 waits` */
export function nodeInWords(tree: CallTree, node: number, words: KindWords): string {
  const name = nameOf(tree.functions[tree.functionOf[node]!]);
  const share = node === 0 ? [] : [`${figureOf(tree, node)} of all`];
  return [name, durationWords(tree.totals[node]!), ...share, countWords(tree.counts[node]!, words)].join(
    ', ',
  );
}
