/** What lies over the lanes now: the selection, its arrows, an area, marks. */
import type { Note, SpanLinks, Wake } from '#common/analyses/timeline-details.ts';
import type { DrawCommand, Measure } from '#common/timeline/draw-list.ts';
import {
  areaCommands,
  arrowCommands,
  markCommands,
  selectedCommands,
  type Arrow,
  type OverlayView,
} from '#common/timeline/overlay-drawing.ts';
import { shortFunction } from '#common/timeline/span-picture.ts';
import { laneOf, type Timeline } from './timeline.svelte.ts';

export function overlayOf(timeline: Timeline, notes: readonly Note[], measure: Measure): DrawCommand[] {
  const { window, width } = timeline.viewport;
  const view: OverlayView = { window, width, height: timeline.height };
  return [
    ...notes.flatMap((note) => markCommands(view, { from: note.fromNs, until: note.untilNs })),
    ...selected(timeline, view, measure),
  ];
}

function selected(timeline: Timeline, view: OverlayView, measure: Measure): DrawCommand[] {
  const { selection } = timeline;
  if (!selection || selection.kind === 'lane') return [];
  if (selection.kind === 'area') return area(timeline, view, selection);
  const place = timeline.placeOf(selection.lane);
  const links = timeline.selected.links;
  const span = timeline.selectedSpan;
  const outline = place && span ? selectedCommands(view, span, place) : [];
  return [
    ...outline,
    ...(links ? arrows(timeline, links).flatMap((arrow) => arrowCommands(view, arrow, measure)) : []),
  ];
}

function area(
  timeline: Timeline,
  view: OverlayView,
  chosen: { readonly from: number; readonly until: number; readonly lanes: readonly string[] },
): DrawCommand[] {
  const rows = timeline.shownRows.filter(({ row }) => {
    const lane = laneOf(row);
    return lane !== undefined && chosen.lanes.includes(lane);
  });
  const [first] = rows;
  if (!first) return [];
  const top = Math.min(...rows.map(({ y }) => y));
  const bottom = Math.max(...rows.map(({ y, height }) => y + height));
  return areaCommands(view, chosen, top, bottom);
}

const mostArrows = 12;

/** Solid: who ended or began what is selected. Dashed: what it ended. */
function arrows(timeline: Timeline, links: SpanLinks): readonly Arrow[] {
  const place = (id: number | undefined): Arrow['from'] =>
    id === undefined ? undefined : timeline.placeOf(`g${id}`);
  const nameOf = ({ id, name }: { readonly id: number; readonly name: string }): string =>
    `G${id} ${shortFunction(name)}`;
  const incoming = ({ by, goroutine, atNs, kind }: Wake): readonly Arrow[] =>
    by === undefined
      ? []
      : [
          {
            at: atNs,
            from: place(by.id),
            to: place(goroutine.id),
            name: nameOf(by),
            label: kind === 'create' ? 'creates' : 'unblocks',
            isDashed: false,
          },
        ];
  const outgoing = ({ goroutine, by, atNs }: Wake): Arrow => ({
    at: atNs,
    from: place(by?.id),
    to: place(goroutine.id),
    name: nameOf(goroutine),
    label: '',
    isDashed: true,
  });
  const done = links.next ? [...links.wakes, links.next] : links.wakes;
  return [...(links.wake ? incoming(links.wake) : []), ...done.slice(0, mostArrows).map(outgoing)];
}
