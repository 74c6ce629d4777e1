/** Where an event leads to. */
import type { EventRow } from '#common/analyses/event-results.ts';
import { goId, type GoId } from '#common/ids.ts';
import type { LaneKey } from '#common/timeline/tiles.ts';
import { lengthOf } from '#common/timeline/time-window.ts';
import { traceNs } from '#common/units.ts';
import type { App } from '../../state/app.svelte.ts';

const idOf = (text: string | undefined): GoId | undefined =>
  text !== undefined && /^\d{1,15}$/.test(text) ? goId(Number(text)) : undefined;

/** The goroutine that it happens to, or else happens on. */
export function goroutineOf({ facts, goroutine }: EventRow): GoId | undefined {
  const subject = facts.find(([name]) => name === 'subjectGoroutine')?.[1];
  return idOf(subject) ?? idOf(goroutine?.toString());
}

function laneOf(row: EventRow): LaneKey | undefined {
  const goroutine = goroutineOf(row);
  if (goroutine !== undefined) return `g${goroutine}`;
  const subject = row.facts.find(([name]) => name === 'subjectProcessor')?.[1];
  const processor = idOf(subject ?? row.processor?.toString());
  if (processor !== undefined) return `p${processor}`;
  const thread = idOf(row.thread?.toString());
  return thread === undefined ? undefined : `t${thread}`;
}

/** Wider than that, nothing of the event would be seen. */
const widestNs = 20e6;
const aroundNs = 1e6;

/** Selects what its goroutine, or else its processor or thread, did then; in a window around it unless that is narrow already. */
export function showEvent(app: App, row: EventRow): void {
  const lane = laneOf(row);
  const { place } = app.navigation;
  const window = place.page === 'start' ? undefined : place.scope.window;
  if (!lane) {
    app.goTo('timeline');
    return;
  }
  const isNarrow = window !== undefined && lengthOf(window) <= widestNs;
  const around = { from: traceNs(Math.max(0, row.timeNs - aroundNs)), until: traceNs(row.timeNs + aroundNs) };
  if (isNarrow) app.showOnTimeline(lane, row.timeNs);
  else app.showOnTimeline(lane, row.timeNs, around);
}
