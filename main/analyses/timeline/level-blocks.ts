/** Which stored blocks say most shortly what is asked: in each generation the coarsest level that is fine enough. */
import type { BucketBlock, BucketGrid } from '#common/lane-buckets.ts';
import { coarsestLevel } from '#common/lane-kinds.ts';
import type { TraceReader } from '#db/reader.ts';

/** Blocks of a kind: of a lane, by its number, or of what else the kind counts. */
export interface BlockRef {
  readonly kind: number;
  readonly lane: number;
}

export interface Stretch {
  readonly from: number;
  readonly until: number;
}

/** The finest level with at most `columns` buckets in a window. */
export function levelFor(from: number, until: number, columns: number): number {
  let level = 0;
  while (level < coarsestLevel && Math.ceil(until / 2 ** level) - Math.floor(from / 2 ** level) > columns)
    level++;
  return level;
}

/** The time that whole buckets cover. */
export const stretchOf = (grid: Pick<BucketGrid, 'level' | 'first' | 'count'>): Stretch => ({
  from: grid.first * 2 ** grid.level,
  until: (grid.first + grid.count) * 2 ** grid.level,
});

/** Adds the blocks that lie in a grid's time; returns the stretches that no block says anything about. */
export function addLevels(
  reader: TraceReader,
  ref: BlockRef,
  grid: Pick<BucketGrid, 'level' | 'first' | 'count'>,
  add: (block: BucketBlock) => void,
): readonly Stretch[] {
  let open: readonly Stretch[] = grid.count === 0 ? [] : [stretchOf(grid)];
  const levels = reader.laneLevels(ref).filter((level) => level <= grid.level);
  for (const level of levels.reverse())
    open = open.flatMap((stretch) => addLevel(reader, { ...ref, level }, stretch, add));
  return open;
}

function addLevel(
  reader: TraceReader,
  ref: BlockRef & { readonly level: number },
  { from, until }: Stretch,
  add: (block: BucketBlock) => void,
): Stretch[] {
  const left: Stretch[] = [];
  let at = from;
  for (const block of reader.laneBlocks(ref, from, until)) {
    add(block);
    if (block.startNs > at) left.push({ from: at, until: block.startNs });
    at = block.untilNs;
  }
  if (at < until) left.push({ from: at, until });
  return left;
}
