/**
 * The processors and threads seen so far, for the host.
 *
 *     row:  kind u32 | number u32 | id i64 | first i64 | until i64 | six sums u64
 *
 * The sums are the time in each class of states (lane.ts), up to `until`. Times count from the trace's origin.
 */
import { Column, columnAt, columnPush, newColumn } from '../column';
import { Lane } from './lane';
import { processorLanes, threadLanes } from './processors';

const rows: Column = newColumn(80);

/** Makes the rows anew. */
export function laneRowCount(): u32 {
  rows.count = 0;
  putAll(processorLanes);
  putAll(threadLanes);
  return rows.count;
}

function putAll(lanes: Column): void {
  for (let i: u32 = 0; i < lanes.count; i++) {
    const lane = changetype<Lane>(<usize>load<u32>(columnAt(lanes, i)));
    const row = columnPush(rows);
    store<u32>(row, lane.kind);
    store<u32>(row, lane.number, 4);
    store<i64>(row, lane.id, 8);
    store<i64>(row, lane.first, 16);
    store<i64>(row, lane.since, 24);
    memory.copy(row + 32, lane.totals, 48);
  }
}

export function laneRows(): usize {
  return rows.start;
}
