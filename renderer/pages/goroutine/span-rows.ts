import { stateClasses } from '#common/goroutine-state.ts';
import { spanAt, type PlacedPicture, type Span } from '#common/timeline/span-picture.ts';
import { lengthOf } from '#common/timeline/time-window.ts';
import { durNs, traceNs, type TraceNs } from '#common/units.ts';
import type { StatePart } from '../../figures/state-parts.ts';

interface Slice {
  readonly from: TraceNs;
  readonly until: TraceNs;
  readonly parts: readonly StatePart[];
}
/** A span, or a slice of the window where there are too many spans. */
export type SpanRow =
  { readonly kind: 'span'; readonly span: Span } | { readonly kind: 'slice'; readonly slice: Slice };

export const spanRowCount = ({ picture }: PlacedPicture): number =>
  picture.kind === 'exact' ? picture.starts.length : picture.columns;

export function spanRowAt(placed: PlacedPicture, index: number): SpanRow | undefined {
  const { picture, window } = placed;
  if (index < 0 || index >= spanRowCount(placed)) return undefined;
  if (picture.kind === 'exact') return { kind: 'span', span: spanAt(picture, index) };
  const length = lengthOf(window) / picture.columns;
  const from = traceNs(window.from + index * length);
  const parts = stateClasses
    .map((state, at) => ({ state, share: picture.shares[index * stateClasses.length + at] ?? 0 }))
    .filter(({ share }) => share > 0)
    .map((part) => ({ ...part, ns: durNs(part.share * length) }));
  return { kind: 'slice', slice: { from, until: traceNs(from + length), parts } };
}

export const spanRows = (placed: PlacedPicture): readonly SpanRow[] =>
  Array.from({ length: spanRowCount(placed) }, (_, index) => spanRowAt(placed, index)!);
