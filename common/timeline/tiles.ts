/**
 * Lanes are asked for, and kept, in tiles: 512 buckets of 2^level ns, on a grid that does not depend on the window.
 *
 *     level 20   |───────────── tile 3 ─────────────|───────────── tile 4 ─────────────|     2^20 × 512 ns each
 *     level 19   |──── tile 6 ────|──── tile 7 ─────|──── tile 8 ────|──── tile 9 ─────|
 *
 * A tile whose spans are few holds them all, exactly, and then serves every deeper zoom as well.
 */
import type { ExactLane } from '../analyses/timeline-results.ts';
import { lengthOf, type TimeWindow } from './time-window.ts';

export const tileBuckets = 512;
const coarsestLevel = 40;

/** `p3` processor, `t12` thread, `g18231` goroutine, `c0` collector; `f17` all goroutines of a start function, summed up. */
export type LaneKey = `${'p' | 't' | 'g' | 'c' | 'f'}${number}`;

export interface TilePlace {
  readonly level: number;
  readonly index: number;
}

export type LaneTile =
  | { readonly kind: 'exact'; readonly lane: ExactLane; readonly names: TileNames }
  | {
      readonly kind: 'buckets';
      /** Of the buckets: those of a group may be wider than was asked for. */
      readonly level: number;
      readonly first: number;
      readonly states: number;
      /** `ns[bucket * states + state]`. */
      readonly ns: Float64Array;
    };

/** What the numbers in a tile's spans are called. */
export interface TileNames {
  readonly reasons: readonly string[];
  /** Start functions by goroutine; those of processors' and threads' spans. */
  readonly goroutines: Readonly<Record<number, string>>;
  /** Functions at the leaf by stack; those of goroutines' spans. */
  readonly leaves: Readonly<Record<number, string>>;
}

export const tileLength = (level: number): number => tileBuckets * 2 ** level;
export const tileFrom = ({ level, index }: TilePlace): number => index * tileLength(level);
export const tileUntil = ({ level, index }: TilePlace): number => (index + 1) * tileLength(level);

/** The level whose buckets are at most a pixel wide, and more than half of one. */
export function levelOf(window: TimeWindow, width: number): number {
  const level = Math.floor(Math.log2(lengthOf(window) / Math.max(1, width)));
  return Math.max(0, Math.min(coarsestLevel, level));
}

/** The tiles of a level that touch a window, in order of time; those of the trace only. */
export function tilesOf(window: TimeWindow, level: number, durationNs: number): TilePlace[] {
  const length = tileLength(level);
  const first = Math.max(0, Math.floor(window.from / length));
  const end = Math.ceil(Math.min(window.until, Math.max(durationNs, 1)) / length);
  return Array.from({ length: Math.max(0, end - first) }, (_, i) => ({ level, index: first + i }));
}

export const coarser = ({ level, index }: TilePlace, by = 1): TilePlace => ({
  level: level + by,
  index: Math.floor(index / 2 ** by),
});

export const finer = ({ level, index }: TilePlace): readonly [TilePlace, TilePlace] => [
  { level: level - 1, index: index * 2 },
  { level: level - 1, index: index * 2 + 1 },
];

/** A stretch of a window and the tile that shows it. */
export interface TilePiece {
  readonly from: number;
  readonly until: number;
  readonly tile: LaneTile;
}

interface Kept {
  readonly tile: LaneTile;
  /** Nothing that is read later changes it. */
  readonly settled: boolean;
  readonly revision: number;
  used: number;
}

/** Tiles that have come, of all lanes; those that were not looked at for longest go first. */
export class TileCache {
  readonly #lanes = new Map<LaneKey, Map<string, Kept>>();
  readonly #most: number;
  #count = 0;
  #clock = 0;

  /** `most` tiles are kept. One in buckets is 37 kB. */
  constructor(most: number) {
    this.#most = most;
  }

  get count(): number {
    return this.#count;
  }

  put(lane: LaneKey, place: TilePlace, tile: LaneTile, revision: number, settled: boolean): void {
    const tiles = this.#lanes.get(lane) ?? new Map<string, Kept>();
    this.#lanes.set(lane, tiles);
    if (!tiles.has(keyOf(place))) this.#count++;
    tiles.set(keyOf(place), { tile, settled, revision, used: ++this.#clock });
    if (this.#count > this.#most) this.#forget();
  }

  /** Whether what is there shows a place as well as asking again would. */
  suffices(lane: LaneKey, place: TilePlace, revision: number): boolean {
    const isFresh = (kept: Kept | undefined): boolean =>
      kept !== undefined && (kept.settled || kept.revision >= revision);
    const tiles = this.#lanes.get(lane);
    if (!tiles) return false;
    if (isFresh(tiles.get(keyOf(place)))) return true;
    const exact = this.#exactAbove(tiles, place);
    return isFresh(exact);
  }

  /**
   * What there is to show in some tiles' place, in order of time, without gaps where possible: the tile itself, exact spans of a
   * coarser one, finer tiles, or the nearest coarser one.
   */
  pieces(lane: LaneKey, places: readonly TilePlace[]): TilePiece[] {
    const tiles = this.#lanes.get(lane);
    if (!tiles) return [];
    this.#clock++;
    return places.flatMap((place) => this.#cover(tiles, place));
  }

  #cover(tiles: Map<string, Kept>, place: TilePlace): readonly TilePiece[] {
    const best = tiles.get(keyOf(place)) ?? this.#exactAbove(tiles, place);
    if (best) return [this.#piece(best, place)];
    const below = this.#below(tiles, place, 3);
    const covered = below.reduce((sum, { from, until }) => sum + until - from, 0);
    if (covered === tileLength(place.level)) return below;
    const above = nearestAbove(tiles, place);
    return above ? [this.#piece(above, place)] : below;
  }

  #below(tiles: Map<string, Kept>, place: TilePlace, depth: number): readonly TilePiece[] {
    if (depth === 0 || place.level === 0) return [];
    return finer(place).flatMap((child) => {
      const kept = tiles.get(keyOf(child));
      return kept ? [this.#piece(kept, child)] : this.#below(tiles, child, depth - 1);
    });
  }

  #exactAbove(tiles: Map<string, Kept>, place: TilePlace): Kept | undefined {
    for (let by = 1; place.level + by <= coarsestLevel; by++) {
      const kept = tiles.get(keyOf(coarser(place, by)));
      if (kept?.tile.kind === 'exact') return kept;
    }
    return undefined;
  }

  #piece(kept: Kept, place: TilePlace): TilePiece {
    kept.used = this.#clock;
    return { from: tileFrom(place), until: tileUntil(place), tile: kept.tile };
  }

  /** Drops the quarter that was used longest ago. */
  #forget(): void {
    const all = [...this.#lanes].flatMap(([lane, tiles]) =>
      [...tiles].map(([key, { used }]) => ({ lane, key, used })),
    );
    all.sort((a, b) => a.used - b.used);
    for (const { lane, key } of all.slice(0, Math.ceil(this.#most / 4))) {
      const tiles = this.#lanes.get(lane)!;
      tiles.delete(key);
      if (tiles.size === 0) this.#lanes.delete(lane);
      this.#count--;
    }
  }
}

const keyOf = ({ level, index }: TilePlace): string => `${level}:${index}`;

function nearestAbove(tiles: Map<string, Kept>, place: TilePlace): Kept | undefined {
  for (let by = 1; place.level + by <= coarsestLevel; by++) {
    const kept = tiles.get(keyOf(coarser(place, by)));
    if (kept) return kept;
  }
  return undefined;
}
