/**
 * What of a file could be read, by place in it:
 *
 *     0        16            63 508      82 883    86 149      100 000
 *     ├ header ┼ generation 1 ┼ generation 2 ┼ read in vain ┼ not used ┤
 */
import type { GenerationFacts } from '#common/analyses/goroutine-results.ts';
import type { Diagnostic } from '#common/diagnostics.ts';
import type { DrawCommand } from '#common/timeline/draw-list.ts';
import type { Bytes } from '#common/units.ts';
import { bytes } from '#common/units.ts';

export type Reading = 'read' | 'in part' | 'not used';

export interface FilePart {
  readonly reading: Reading;
  /** Absent where it is not known which it is. */
  readonly generation?: number;
  readonly from: Bytes;
  readonly until: Bytes;
}

export interface FileParts {
  readonly parts: readonly FilePart[];
  /** Where something is wrong. */
  readonly troubles: readonly Bytes[];
  readonly total: Bytes;
  /** Places are those of what was unpacked, not of the file itself. */
  readonly isUnpacked: boolean;
}

export const readingOf = (
  { generation }: Pick<GenerationFacts, 'generation'>,
  diagnostics: readonly Diagnostic[],
): Reading => (diagnostics.some((one) => one.generation === generation) ? 'in part' : 'read');

export function filePartsOf(
  generations: readonly GenerationFacts[],
  diagnostics: readonly Diagnostic[],
  sizeBytes: Bytes,
  isReading: boolean,
): FileParts {
  const end = generations.at(-1)?.untilByte ?? bytes(0);
  const isWhole = diagnostics.length === 0 && !isReading;
  const isUnpacked =
    end > sizeBytes ||
    (isWhole && end !== sizeBytes && end > 0) ||
    diagnostics.some(({ sentence }) => / once (unpacked|encoded)/.test(sentence));
  const places = diagnostics.map(({ atByte }) => atByte);
  const total = bytes(isUnpacked ? Math.max(end, ...places) : Math.max(sizeBytes, end, ...places));
  const read = generations.map((one): FilePart => ({
    reading: readingOf(one, diagnostics),
    generation: one.generation,
    from: one.startByte,
    until: one.untilByte,
  }));
  const rest: readonly FilePart[] =
    end < total && !isReading ? [{ reading: 'not used', from: end, until: total }] : [];
  return { parts: [...read, ...rest], troubles: places, total, isUnpacked };
}

export const barHeight = 46;
const box = { y: 1, h: 32 };
const digitWidth = 7;

export function partCommands({ parts, troubles, total }: FileParts, width: number): readonly DrawCommand[] {
  const x = (at: number): number => (at / Math.max(1, total)) * (width - 2) + 1;
  return [
    ...parts.flatMap((part) => partBox(part, x(part.from), x(part.until))),
    ...troubles.flatMap((at): readonly DrawCommand[] => [
      { kind: 'rect', x: x(at) - 1.5, y: 0, w: 3, h: box.h + 2, fill: 'danger' },
      {
        kind: 'polygon',
        points: [
          [x(at), box.h + 5],
          [x(at) - 5, box.h + 12],
          [x(at) + 5, box.h + 12],
        ],
        fill: 'danger',
        alpha: 1,
      },
    ]),
  ];
}

function partBox({ reading, generation }: FilePart, from: number, until: number): readonly DrawCommand[] {
  const w = Math.max(1, until - from - (until - from > 4 ? 2 : 0));
  const place = { x: from, ...box, w };
  if (reading === 'not used')
    return [
      {
        kind: 'outline',
        x: from + 0.5,
        y: box.y + 0.5,
        w: Math.max(1, w - 1),
        h: box.h - 1,
        stroke: 'neutral-8',
        width: 1,
        dash: [3, 3],
      },
    ];
  const isWhole = reading === 'read';
  const body: DrawCommand = isWhole
    ? { kind: 'rect', ...place, fill: 'accent-soft' }
    : { kind: 'rect', ...place, fill: 'warning', alpha: 0.25 };
  const foot: DrawCommand = {
    kind: 'rect',
    x: from,
    y: box.y + box.h - 2,
    w,
    h: 2,
    fill: isWhole ? 'accent' : 'warning',
  };
  const text = generation?.toString() ?? '';
  if (w < text.length * digitWidth + 8) return [body, foot];
  return [
    body,
    foot,
    { kind: 'text', x: from + 5, y: box.y + box.h / 2, text, fill: 'neutral-12', font: 'mono' },
  ];
}
