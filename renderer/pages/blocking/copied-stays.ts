import type { LongestStay, StayWakers } from '#common/analyses/stay-results.ts';
import { copiedAs, type CopyColumn } from '../../widgets/table-copy.ts';

export const copiedWaker: readonly CopyColumn<StayWakers>[] = [
  { name: 'endedBy', value: ({ kind }) => kind },
  { name: 'startFunction', value: ({ name }) => name },
  ...copiedAs<StayWakers>('count', 'ns'),
];

export const copiedStay: readonly CopyColumn<LongestStay>[] = [
  { name: 'goroutine', value: ({ goroutine }) => goroutine },
  { name: 'startFunction', value: ({ name }) => name },
  { name: 'fromNs', value: ({ fromNs }) => fromNs },
  { name: 'untilNs', value: ({ untilNs }) => untilNs },
  { name: 'durationNs', value: ({ ns }) => ns },
  { name: 'state', value: ({ stateClass }) => stateClass },
  { name: 'reason', value: ({ reason }) => reason },
];
