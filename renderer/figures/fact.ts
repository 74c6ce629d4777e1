import {
  countText,
  durationText,
  exactBytes,
  exactNs,
  inThrees,
  shareText,
  sizeText,
  type QuantityText,
} from '#common/quantity-text.ts';
import { bytes, type DurNs } from '#common/units.ts';

/** A figure of a page at a glance. */
export interface Fact {
  readonly name: string;
  readonly text: QuantityText;
  readonly exact?: string;
  readonly caption?: string;
  /** In docs/figures.md, `Garbage collection/pause`. */
  readonly figure?: string;
}

type Rest = Pick<Fact, 'caption' | 'figure'>;

export const durationFact = (name: string, ns: DurNs, rest: Rest = {}): Fact => ({
  name,
  text: durationText(ns),
  exact: exactNs(ns),
  ...rest,
});
export const countFact = (name: string, count: number, rest: Rest = {}): Fact => ({
  name,
  text: countText(count),
  exact: inThrees(count),
  ...rest,
});
export const shareFact = (name: string, share: number, rest: Rest = {}): Fact => ({
  name,
  text: shareText(share),
  exact: `${(share * 100).toFixed(3)} %`,
  ...rest,
});
export const sizeFact = (name: string, size: number, rest: Rest = {}): Fact => ({
  name,
  text: sizeText(bytes(size)),
  exact: exactBytes(bytes(size)),
  ...rest,
});
