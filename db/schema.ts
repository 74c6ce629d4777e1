import { totalColumns } from '#common/analyses/goroutine-results.ts';

/** Part of the cache's key: a database of another version is deleted and its trace read again. */
export const schemaVersion = 12;

/** `execNs` → `exec_ns`. */
export const columnName = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The columns of `StateTotals`, in its order. */
export const totalColumnNames: readonly string[] = totalColumns.map(columnName);
const totals = totalColumnNames.map((name) => `${name} INTEGER NOT NULL`).join(', ');

/**
 * One database holds one trace. Points in time count from the trace's first event, in nanoseconds; packed columns are
 * described in common/goroutine-columns.ts, common/group-stays.ts, common/key-durations.ts, common/log-chunk.ts, common/region-chunk.ts, common/span-chunk.ts
 * and, by the kind of lane block, in docs/formats/lanes.md. A checkpoint is what
 * the generation with its ordinal is ordered with (core-wasm/assembly/ordering/checkpoint.ts), deflated. A task's id has 64 bits without sign; in columns the same bits count as signed.
 */
export const schema = `
CREATE TABLE trace (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  format_minor INTEGER NOT NULL,
  origin_ns TEXT NOT NULL,
  duration_ns INTEGER NOT NULL,
  events INTEGER NOT NULL,
  goroutines INTEGER NOT NULL,
  processors INTEGER NOT NULL,
  threads INTEGER NOT NULL,
  generations INTEGER NOT NULL,
  events_by_kind TEXT NOT NULL,
  revision INTEGER NOT NULL,
  complete INTEGER NOT NULL
);
CREATE TABLE generations (
  ordinal INTEGER PRIMARY KEY,
  generation INTEGER NOT NULL,
  start_ns INTEGER NOT NULL,
  until_ns INTEGER NOT NULL,
  start_byte INTEGER NOT NULL,
  until_byte INTEGER NOT NULL,
  events INTEGER NOT NULL
);
CREATE TABLE checkpoints (ordinal INTEGER PRIMARY KEY, packed BLOB NOT NULL);
CREATE TABLE names (ix INTEGER PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE reasons (ix INTEGER PRIMARY KEY, name_ix INTEGER NOT NULL);
CREATE TABLE frames (
  ix INTEGER PRIMARY KEY,
  pc INTEGER NOT NULL,
  function_ix INTEGER NOT NULL,
  file_ix INTEGER NOT NULL,
  line INTEGER NOT NULL
);
CREATE TABLE stacks (ix INTEGER PRIMARY KEY, frames BLOB NOT NULL);
CREATE TABLE goroutine_chunks (
  ix INTEGER PRIMARY KEY,
  first_id INTEGER NOT NULL,
  last_id INTEGER NOT NULL,
  head BLOB NOT NULL
);
CREATE TABLE goroutine_columns (
  column_number INTEGER NOT NULL,
  chunk_ix INTEGER NOT NULL,
  packed BLOB NOT NULL,
  PRIMARY KEY (column_number, chunk_ix)
) WITHOUT ROWID;
CREATE TABLE groups (name_ix INTEGER PRIMARY KEY, count INTEGER NOT NULL, longest_ns INTEGER NOT NULL, ${totals});
CREATE TABLE region_chunks (
  ix INTEGER PRIMARY KEY,
  count INTEGER NOT NULL,
  first_goroutine INTEGER NOT NULL,
  last_goroutine INTEGER NOT NULL,
  start_ns INTEGER NOT NULL,
  until_ns INTEGER NOT NULL,
  packed BLOB NOT NULL
);
CREATE TABLE log_chunks (
  ix INTEGER PRIMARY KEY,
  count INTEGER NOT NULL,
  start_ns INTEGER NOT NULL,
  until_ns INTEGER NOT NULL,
  packed BLOB NOT NULL
);
CREATE TABLE tasks (
  id INTEGER PRIMARY KEY,
  parent_id INTEGER,
  name_ix INTEGER NOT NULL,
  start_ns INTEGER,
  end_ns INTEGER,
  start_goroutine INTEGER,
  end_goroutine INTEGER,
  logs INTEGER NOT NULL,
  regions INTEGER NOT NULL
);
CREATE TABLE task_goroutines (
  task_id INTEGER NOT NULL,
  goroutine_id INTEGER NOT NULL,
  PRIMARY KEY (task_id, goroutine_id)
) WITHOUT ROWID;
CREATE INDEX task_goroutines_by_goroutine ON task_goroutines (goroutine_id);
CREATE TABLE span_chunks (
  ix INTEGER PRIMARY KEY,
  generation_ordinal INTEGER NOT NULL,
  base_ns INTEGER NOT NULL,
  start_ns INTEGER NOT NULL,
  until_ns INTEGER NOT NULL,
  first_goroutine INTEGER NOT NULL,
  last_goroutine INTEGER NOT NULL,
  spans BLOB NOT NULL
);
CREATE TABLE span_sums (
  ix INTEGER PRIMARY KEY,
  start_ns INTEGER NOT NULL,
  until_ns INTEGER NOT NULL,
  last_chunk INTEGER NOT NULL,
  last_block INTEGER NOT NULL,
  sums BLOB NOT NULL,
  longest BLOB NOT NULL,
  group_stays BLOB NOT NULL
);
CREATE TABLE late_names (goroutine_id INTEGER PRIMARY KEY, name_ix INTEGER NOT NULL);
CREATE TABLE loose_ends (ix INTEGER PRIMARY KEY, packed BLOB NOT NULL);
CREATE TABLE lanes (
  kind INTEGER NOT NULL,
  number INTEGER NOT NULL,
  id INTEGER NOT NULL,
  first_ns INTEGER NOT NULL,
  until_ns INTEGER NOT NULL,
  sums BLOB NOT NULL,
  PRIMARY KEY (kind, number)
) WITHOUT ROWID;
CREATE INDEX lanes_by_id ON lanes (kind, id);
CREATE TABLE lane_blocks (
  ix INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL,
  lane INTEGER NOT NULL,
  level INTEGER NOT NULL,
  start_ns INTEGER NOT NULL,
  until_ns INTEGER NOT NULL,
  count INTEGER NOT NULL,
  data BLOB NOT NULL
);
CREATE INDEX lane_blocks_by_lane ON lane_blocks (kind, lane, level, start_ns);
CREATE TABLE diagnostics (
  ix INTEGER PRIMARY KEY,
  severity TEXT NOT NULL,
  code TEXT NOT NULL,
  sentence TEXT NOT NULL,
  generation INTEGER,
  at_byte INTEGER NOT NULL,
  lost_bytes INTEGER NOT NULL
);
`;
