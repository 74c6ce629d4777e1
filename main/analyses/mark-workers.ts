import type { TraceReader } from '#db/reader.ts';
import type { GoroutineOrders } from './goroutine-order.ts';

const markWorker = 'runtime.gcBgMarkWorker';

/**
 * Whether a goroutine that was labelled as a mark worker is one: Go sometimes gives the label to whoever runs on a worker's processor
 * next. One whose start function is not known is believed.
 */
export const isMarkWorker =
  (reader: TraceReader, orders: GoroutineOrders) =>
  (goroutine: number): boolean => {
    const names = [...orders.table.lives(goroutine)].map(({ nameIx }) => reader.name(nameIx));
    return names.every((name) => name === '') || names.includes(markWorker);
  };
