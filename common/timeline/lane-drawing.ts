/** From what a lane shows to commands. Lanes lie below each other; x 0 is where the window begins. */
import { durationText, plain } from '../quantity-text.ts';
import { between } from '../units.ts';
import type { DrawCommand, Measure } from './draw-list.ts';
import type { LanePicture, ShownSpan } from './lane-picture.ts';
import { spanCommands, type Lane } from './span-drawing.ts';
import { labelsOf, shortFunction } from './span-picture.ts';
import { xOf, type TimeWindow } from './time-window.ts';

export function laneCommands(
  picture: LanePicture,
  window: TimeWindow,
  lane: Lane,
  measure: Measure,
): DrawCommand[] {
  if (picture.form === 'unread') return [];
  if (picture.form === 'columns')
    return [
      { kind: 'columns', x: 0, y: lane.y, w: Math.ceil(lane.width), h: lane.h, shares: picture.shares },
    ];
  const commands: DrawCommand[] = [];
  for (const span of picture.spans) {
    const x0 = xOf(window, lane.width, span.from);
    const x1 = xOf(window, lane.width, span.until);
    const labels = x1 - x0 > 18 ? shownLabels(span) : [];
    commands.push(...spanCommands({ stateClass: span.stateClass, x0, x1, labels }, lane, measure));
  }
  return commands;
}

/** What a span may be called in its lane, the longest first. */
export function shownLabels(span: ShownSpan): readonly string[] {
  if (span.word === undefined) return labelsOf(span);
  if (span.goroutine === undefined) return [span.word];
  const id = `G${span.goroutine}`;
  const name = shortFunction(span.goroutineName ?? '');
  const length = plain(durationText(between(span.from, span.until)));
  const method = name.slice(name.lastIndexOf('.') + 1);
  if (span.stateClass === 'syscall') return [`${id} syscall  ${length}`, `${id} syscall`, id];
  return [`${id} ${name}  ${length}`, `${id} ${name}`, `${id} ${method}`, id];
}
