/** Wait reasons, numbered from 1 in order of appearance so that they fit in a byte; 0 is the empty reason. */
import { Column, columnAt, columnPush, newColumn } from './column';
import { IdMap, idMapGet, idMapSet, newIdMap } from './id-map';
import { nameOf } from './names';

/** The name of each reason, u32. */
const names: Column = newColumn(4);
const numbers: IdMap = newIdMap();
const foreverText: usize = memory.data<u8>([0x66, 0x6f, 0x72, 0x65, 0x76, 0x65, 0x72]);

/** Go knows some thirty. Whatever comes behind the last counts as the empty reason. */
const mostReasons: u32 = 256;

store<u32>(columnPush(names), 0);
/** "forever": Go takes it for the goroutine's end. */
export const FOREVER: u32 = reasonOfName(nameOf(foreverText, 7));

export function reasonOfName(name: u32): u32 {
  if (name == 0) return 0;
  const known = idMapGet(numbers, name);
  if (known != 0) return known;
  const reason = names.count;
  if (reason == mostReasons) return 0;
  store<u32>(columnPush(names), name);
  idMapSet(numbers, name, reason);
  return reason;
}

export function reasonCount(): u32 {
  return names.count;
}

export function reasonName(reason: u32): u32 {
  return load<u32>(columnAt(names, reason));
}
