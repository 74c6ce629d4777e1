import type { EventRow } from '#common/analyses/event-results.ts';
import type { GridColumn } from '../../widgets/grid-columns.ts';
import type { CopyColumn, CopyValue } from '../../widgets/table-copy.ts';

export type EventColumn = 'time' | 'event' | 'goroutine' | 'processor' | 'thread' | 'what' | 'at';

const column = (
  id: EventColumn,
  title: string,
  width: number,
  more: Partial<GridColumn<EventColumn>> = {},
): GridColumn<EventColumn> => ({ id, title, width, align: 'start', sortable: false, leaves: 0, ...more });

export const eventColumns: readonly GridColumn<EventColumn>[] = [
  column('time', 'Time', 148, { align: 'end' }),
  column('event', 'Event', 156),
  column('goroutine', 'Goroutine', 92),
  column('processor', 'Processor', 84, { leaves: 2 }),
  column('thread', 'Thread', 96, { leaves: 3 }),
  column('what', 'What', 220, { stretches: true }),
  column('at', 'Where', 270, { leaves: 1 }),
];

const exact = (id: number | bigint | null): CopyValue => (typeof id === 'bigint' ? id.toString() : id);

export const copiedColumns: readonly CopyColumn<EventRow>[] = [
  { name: 'timeNs', value: ({ timeNs }) => timeNs },
  { name: 'kind', value: ({ kind }) => kind },
  { name: 'event', value: ({ event }) => event },
  { name: 'goroutine', value: ({ goroutine }) => exact(goroutine) },
  { name: 'processor', value: ({ processor }) => exact(processor) },
  { name: 'thread', value: ({ thread }) => exact(thread) },
  { name: 'facts', value: ({ facts }) => facts.map(([name, value]) => `${name}=${value}`).join(' ') },
  { name: 'function', value: ({ at }) => at ?? null },
];
