/** A growing run of records of equal size. Growing moves them: do not keep addresses across `columnPush`. */
import { allocate, release } from './memory';

@unmanaged
export class Column {
  start: usize;
  count: u32;
  capacity: u32;
  stride: u32;
}

/** `capacity`: records that there is room for at once. */
export function newColumn(stride: u32, capacity: u32 = 16): Column {
  const column = changetype<Column>(allocate(offsetof<Column>()));
  column.stride = stride;
  column.count = 0;
  column.capacity = capacity;
  column.start = allocate(<usize>(capacity * stride));
  return column;
}

/** The address of a new record at the end, uninitialised. */
export function columnPush(column: Column): usize {
  const stride = <usize>column.stride;
  if (column.count == column.capacity) {
    const size = <usize>column.capacity * stride;
    const start = allocate(size * 2);
    memory.copy(start, column.start, size);
    release(column.start, size);
    column.start = start;
    column.capacity *= 2;
  }
  const place = column.start + <usize>column.count * stride;
  column.count++;
  return place;
}

// @ts-ignore: decorator
@inline
export function columnAt(column: Column, index: u32): usize {
  return column.start + <usize>index * <usize>column.stride;
}
