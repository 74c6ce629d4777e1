/** What one sees of the timeline as one picture that can be saved: names of lanes, axis, lanes. */
import type { Note } from '#common/analyses/timeline-details.ts';
import { stateClasses } from '#common/goroutine-state.ts';
import type { DrawCommand, Measure } from '#common/timeline/draw-list.ts';
import { movedBy } from '#common/timeline/draw-list.ts';
import { shortFunction } from '#common/timeline/span-picture.ts';
import { stateNames } from '#common/timeline/state-form.ts';
import { timelineAxis } from '#common/timeline/time-axis.ts';
import { titled, type Drawing } from '../../widgets/save-chart.ts';
import { lanesPicture } from './lane-scene.ts';
import type { Row } from './lane-rows.svelte.ts';
import { barsHeight, laneOf, type ShownRow, type Timeline } from './timeline.svelte.ts';
import { laneName } from './words.ts';

const head = 220;
const axis = 26;
/** Hides what reaches beyond the picture, as the edge of a canvas does. */
const beyond = 16;

const legend = stateClasses.map((state) => ({
  name: stateNames[state],
  ink: `state-${state}` as const,
  form: 'area' as const,
}));

export function pictureToSave(timeline: Timeline, notes: readonly Note[], measure: Measure): Drawing {
  const { window, width } = timeline.viewport;
  const height = timeline.height + axis;
  const whole = { width: head + width, height };
  const list = [
    ...lanesPicture(timeline, notes, measure).map((command) => movedBy(command, head, axis)),
    ...edges(whole.width, height),
    ...timelineAxis(window, width, axis).map((command) => movedBy(command, head, 0)),
    ...namesOf(timeline, measure).map((command) => movedBy(command, 0, axis)),
    { kind: 'rect', x: 0, y: axis - 1, w: whole.width, h: 1, fill: 'neutral-6' } as const,
  ];
  const words = titled({ list: [], width: whole.width, height: 0 }, timeline.trace.opened.name, legend);
  return {
    list: [...list.map((command) => movedBy(command, 0, words.height)), ...words.list],
    width: words.width,
    height: height + words.height,
  };
}

function edges(width: number, height: number): readonly DrawCommand[] {
  const box = (x: number, y: number, w: number, h: number): DrawCommand => ({
    kind: 'rect',
    ...{ x, y, w, h, fill: 'bg-surface' },
  });
  return [
    box(-beyond, -height, width + 2 * beyond, height + axis),
    box(-beyond, 0, head + beyond, height),
    box(width, 0, beyond, height),
    box(-beyond, height, width + 2 * beyond, height),
  ];
}

function namesOf(timeline: Timeline, measure: Measure): readonly DrawCommand[] {
  const { pinnedHeight, height } = timeline;
  return timeline.shownRows.flatMap((shown): DrawCommand[] => {
    const y = shown.y + Math.min(shown.height, barsHeight(shown.row)) / 2;
    if (y > height || y < (shown.isPinned ? 0 : pinnedHeight)) return [];
    const text = fitting(nameOf(shown), head - 16, measure);
    return [
      { kind: 'text', x: shown.row.kind === 'section' ? 0 : 8, y, text, fill: 'neutral-11', font: 'ui' },
    ];
  });
}

function fitting(text: string, room: number, measure: Measure): string {
  if (measure(text) <= room) return text;
  let length = text.length - 1;
  while (length > 1 && measure(`${text.slice(0, length)}…`) > room) length--;
  return `${text.slice(0, length)}…`;
}

const fixedNames: Partial<Record<Row['kind'], string>> = {
  collector: 'Garbage collection',
  heap: 'Heap',
  'goroutine-counts': 'Goroutines',
  'processor-counts': 'Processors busy',
};

function nameOf({ row }: ShownRow): string {
  switch (row.kind) {
    case 'section':
      return row.title;
    case 'group':
      return row.row.name === '' ? '(no stack in this trace)' : shortFunction(row.row.name);
    case 'task':
      return `${row.row.name} ${row.row.id}`;
    case 'message':
      return row.text;
    case 'goroutine':
      return row.row && row.lane ? `${laneName(row.lane)} ${shortFunction(row.row.name)}` : laneWords(row);
    default:
      return fixedNames[row.kind] ?? laneWords(row);
  }
}

function laneWords(row: Row): string {
  const lane = laneOf(row);
  return lane === undefined ? '' : laneName(lane);
}
