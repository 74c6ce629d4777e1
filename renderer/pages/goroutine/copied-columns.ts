/** The tables of one goroutine as they are copied. */
import type { EventRow } from '#common/analyses/event-results.ts';
import type { NamedDuration } from '#common/analyses/goroutine-results.ts';
import type { GoroutineChildren, GoroutineWait, StackSums } from '#common/analyses/timeline-details.ts';
import { stateClasses } from '#common/goroutine-state.ts';
import { between } from '#common/units.ts';
import { eventWords } from '../../figures/event-words.ts';
import { copiedAs, type CopyColumn } from '../../widgets/table-copy.ts';
import type { Reason } from './reasons.ts';
import type { SpanRow } from './span-rows.ts';
import { endedBy } from './wait-words.ts';

export const copiedReason = copiedAs<Reason>('state', 'name', 'ns', 'times');
export const copiedRange = copiedAs<NamedDuration>('name', 'ns');
export const copiedChild: readonly CopyColumn<GoroutineChildren['children'][number]>[] = [
  { name: 'goroutine', value: ({ id }) => id },
  { name: 'startFunction', value: ({ name }) => name },
  { name: 'createdNs', value: ({ atNs }) => atNs },
];

export const copiedStack: readonly CopyColumn<StackSums>[] = [
  { name: 'state', value: ({ stateClass }) => stateClass },
  { name: 'function', value: ({ place }) => place },
  ...copiedAs<StackSums>('ns', 'times'),
];

export const copiedWait: readonly CopyColumn<GoroutineWait>[] = [
  { name: 'fromNs', value: ({ stay }) => stay.fromNs },
  { name: 'untilNs', value: ({ stay }) => stay.untilNs },
  { name: 'durationNs', value: ({ stay }) => between(stay.fromNs, stay.untilNs) },
  { name: 'state', value: ({ stay }) => stay.stateClass },
  { name: 'reason', value: ({ stay }) => stay.reason },
  { name: 'function', value: ({ leaf }) => leaf },
  { name: 'endedByGoroutine', value: (wait) => waker(wait)?.id ?? null },
  { name: 'endedBy', value: (wait) => waker(wait)?.name ?? endedBy(wait) },
];

/** A runnable stay is ended by a processor. */
const waker = ({ stay, wake }: GoroutineWait) => (stay.stateClass === 'runnable' ? undefined : wake?.by);

export const copiedEvent: readonly CopyColumn<EventRow>[] = [
  ...copiedAs<EventRow>('timeNs', 'event'),
  { name: 'what', value: eventWords },
  { name: 'function', value: ({ at }) => at ?? null },
];

const stretch: readonly CopyColumn<SpanRow>[] = [
  { name: 'fromNs', value: (row) => stretchOf(row).from },
  { name: 'untilNs', value: (row) => stretchOf(row).until },
  { name: 'durationNs', value: (row) => between(stretchOf(row).from, stretchOf(row).until) },
];
const stretchOf = (row: SpanRow) => (row.kind === 'span' ? row.span : row.slice);

export const copiedSpan: readonly CopyColumn<SpanRow>[] = [
  ...stretch,
  { name: 'state', value: (row) => (row.kind === 'span' ? row.span.stateClass : null) },
  { name: 'reason', value: (row) => (row.kind === 'span' ? row.span.reason : null) },
  { name: 'function', value: (row) => (row.kind === 'span' ? row.span.leaf : null) },
];

/** What goroutines did in slices of time: a column for each state. */
export const copiedSlice: readonly CopyColumn<SpanRow>[] = [
  ...stretch,
  ...stateClasses.map((state): CopyColumn<SpanRow> => ({
    name: `${state}Ns`,
    value: (row) =>
      row.kind === 'slice' ? (row.slice.parts.find((part) => part.state === state)?.ns ?? 0) : null,
  })),
];
