import { durationText, plain, pointText } from '#common/quantity-text.ts';
import { stateNames } from '#common/timeline/state-form.ts';
import type { LaneKey } from '#common/timeline/tiles.ts';
import { between, durNs, traceNs } from '#common/units.ts';
import type { Timeline } from './timeline.svelte.ts';

/** `G17`, `P3`, `M12`, as people write them. */
export function laneName(lane: LaneKey): string {
  return lane.startsWith('t') ? `M${lane.slice(1)}` : lane.toUpperCase();
}

/** What a screen reader says of the selection. */
export function spokenSelection(timeline: Timeline): string {
  const { selection, selected } = timeline;
  if (!selection) return '';
  if (selection.kind === 'area') {
    const length = plain(durationText(durNs(selection.until - selection.from)));
    return `Area of ${length} over ${selection.lanes.length} lanes`;
  }
  if (selection.kind === 'lane') return `${laneName(selection.lane)} selected`;
  const stay = selected.links?.stay;
  if (!stay) return `${laneName(selection.lane)} at ${plain(pointText(traceNs(selection.at)))}`;
  const length = plain(durationText(between(stay.fromNs, stay.untilNs)));
  const reason = stay.reason === '' ? '' : `, ${stay.reason}`;
  return `${laneName(selection.lane)}, ${stateNames[stay.stateClass]}${reason}, ${length}, at ${plain(pointText(stay.fromNs))}`;
}
