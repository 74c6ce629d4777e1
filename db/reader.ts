/** Reads a trace's database, also while it is being written: every call sees whole transactions. */
import { existsSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { totalColumns } from '#common/analyses/goroutine-results.ts';
import type { Diagnostic } from '#common/diagnostics.ts';
import type { GoroutineChunkSource, StoredGoroutineChunk } from '#common/goroutine-columns.ts';
import type { TotalsRow } from '#common/goroutine-table.ts';
import { generationId } from '#common/ids.ts';
import { unpackLooseEnds, type LooseEnd } from '#common/loose-ends.ts';
import { regionsInOrder, type BoundedRegionChunk, type RegionRecord } from '#common/regions-in-order.ts';
import { bytes } from '#common/units.ts';
import type { StoredLogChunk } from '#common/log-chunk.ts';
import type { UserScanSource } from '#common/user-scan.ts';
import { columnName, schemaVersion } from './schema.ts';
import { TaskReader } from './task-reader.ts';
import type { GenerationRow, LaneBlockRow, LaneRow, SpanChunkRow, TraceRow } from './writer.ts';

/** Columns of `StateTotals` under their TypeScript names. */
const totalsAs = (table: string): string =>
  totalColumns.map((name) => `${table}.${columnName(name)} AS ${name}`).join(', ');

export interface GroupRecord extends TotalsRow {
  readonly nameIx: number;
  readonly name: string;
  readonly count: number;
  readonly longestNs: number;
}

/** Ids have 64 bits without sign. */
export interface TaskRecord {
  readonly id: bigint;
  readonly parentId: bigint | null;
  readonly name: string;
  readonly startNs: number | null;
  readonly endNs: number | null;
  readonly logs: number;
  readonly regions: number;
}

export interface FrameRecord {
  readonly pc: number;
  readonly function: string;
  readonly file: string;
  readonly line: number;
}

export class TraceReader implements GoroutineChunkSource, UserScanSource {
  readonly #db: Database.Database;
  readonly #statements = new Map<string, Database.Statement>();
  #holds = 0;
  readonly tasks = new TaskReader((sql) => this.#prepared(sql));

  /** Throws where there is no database yet or it is of another version. */
  constructor(path: string) {
    if (!existsSync(path)) throw new Error(`there is no database at ${path}`);
    this.#db = new Database(path, { readonly: true, fileMustExist: true });
    const version: unknown = this.#db.pragma('user_version', { simple: true });
    if (version !== schemaVersion) throw new Error(`the database has version ${String(version)}`);
    this.trace();
  }

  close(): void {
    this.#db.close();
  }

  #prepared(sql: string): Database.Statement {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  trace(): TraceRow {
    const row = this.#prepared(
      `SELECT format_minor AS formatMinor, origin_ns AS originNs, duration_ns AS durationNs, events, goroutines,
       processors, threads, generations, events_by_kind AS eventsByKind, revision, complete FROM trace`,
    ).get() as
      | (Omit<TraceRow, 'originNs' | 'eventsByKind' | 'complete'> & Record<string, string | number>)
      | undefined;
    if (!row) throw new Error('the database holds no trace yet');
    return {
      ...row,
      originNs: BigInt(row['originNs']!),
      eventsByKind: JSON.parse(String(row['eventsByKind'])) as Record<string, number>,
      complete: row['complete'] === 1,
    };
  }

  generations(): readonly GenerationRow[] {
    return this.#prepared(
      `SELECT ordinal, generation, start_ns AS startNs, until_ns AS untilNs, start_byte AS startByte,
       until_byte AS untilByte, events FROM generations ORDER BY ordinal`,
    ).all() as GenerationRow[];
  }

  /** What the generation with that ordinal is ordered with; undefined for the first, and where it is not stored. */
  checkpoint(ordinal: number): Uint8Array | undefined {
    const packed = this.#prepared('SELECT packed FROM checkpoints WHERE ordinal = ?').pluck().get(ordinal);
    return packed === undefined ? undefined : inflateRawSync(packed as Uint8Array);
  }

  diagnostics(): readonly Diagnostic[] {
    const rows = this.#prepared(
      `SELECT severity, code, sentence, generation, at_byte AS atByte, lost_bytes AS lostBytes FROM diagnostics ORDER BY ix`,
    ).all() as (Omit<Diagnostic, 'generation'> & { generation: number | null })[];
    return rows.map(({ generation, ...row }) => ({
      ...row,
      atByte: bytes(row.atByte),
      lostBytes: bytes(row.lostBytes),
      ...(generation === null ? {} : { generation: generationId(generation) }),
    }));
  }

  /** All groups: there are as many as start functions. */
  groups(): readonly GroupRecord[] {
    return this.#prepared(
      `SELECT g.name_ix AS nameIx, n.text AS name, g.count, g.longest_ns AS longestNs, ${totalsAs('g')}
       FROM groups g JOIN names n ON n.ix = g.name_ix`,
    ).all() as GroupRecord[];
  }

  /** What one call after the other reads belongs together, also while the trace is being written. */
  consistently<T>(read: () => T): T {
    const release = this.hold();
    try {
      return read();
    } finally {
      release();
    }
  }

  /** The same for reading that goes on later: until the function it returns is called, everybody reads what is there now. */
  hold(): () => void {
    if (this.#holds++ === 0) this.#db.exec('BEGIN');
    return () => {
      if (--this.#holds === 0 && this.#db.open) this.#db.exec('COMMIT');
    };
  }

  /** The groups with a text in their name; of ASCII letters the case does not matter. */
  groupsNamed(text: string): ReadonlySet<number> {
    const found = this.#prepared(
      `SELECT g.name_ix FROM groups g JOIN names n ON n.ix = g.name_ix WHERE instr(lower(n.text), lower(?)) > 0`,
    )
      .pluck(true)
      .all(text) as number[];
    return new Set(found);
  }

  /** In the order of their `ix`. */
  goroutineChunks(): readonly StoredGoroutineChunk[] {
    return this.#prepared(
      'SELECT ix, first_id AS firstId, last_id AS lastId FROM goroutine_chunks ORDER BY ix',
    ).all() as StoredGoroutineChunk[];
  }

  goroutineChunkHead(ix: number): Uint8Array | undefined {
    return this.#prepared('SELECT head FROM goroutine_chunks WHERE ix = ?').pluck(true).get(ix) as
      Uint8Array | undefined;
  }

  goroutineColumn(column: number, ix: number): Uint8Array | undefined {
    return this.#prepared('SELECT packed FROM goroutine_columns WHERE column_number = ? AND chunk_ix = ?')
      .pluck(true)
      .get(column, ix) as Uint8Array | undefined;
  }

  /** The user regions of all goroutines, by goroutine; of each those without a beginning first, then by their beginning. */
  allRegions(): Generator<RegionRecord> {
    return regionsInOrder(this);
  }

  /** In the order of their `ix`. */
  regionChunks(): readonly BoundedRegionChunk[] {
    return this.#prepared(
      `SELECT ix, count, length(packed) AS bytes, first_goroutine AS firstGoroutine, last_goroutine AS lastGoroutine,
       start_ns AS startNs, until_ns AS untilNs FROM region_chunks ORDER BY ix`,
    ).all() as BoundedRegionChunk[];
  }

  /** User logs, in the order of their `ix`. */
  logChunks(): readonly StoredLogChunk[] {
    return this.#prepared(
      'SELECT ix, count, start_ns AS startNs, until_ns AS untilNs FROM log_chunks ORDER BY ix',
    ).all() as StoredLogChunk[];
  }

  logChunk(ix: number): Uint8Array | undefined {
    return this.#prepared('SELECT packed FROM log_chunks WHERE ix = ?').pluck(true).get(ix) as
      Uint8Array | undefined;
  }

  regionChunk(ix: number): Uint8Array | undefined {
    return this.#prepared('SELECT packed FROM region_chunks WHERE ix = ?').pluck(true).get(ix) as
      Uint8Array | undefined;
  }

  /** In order of id. */
  *allTasks(): Generator<TaskRecord> {
    // Signed, the larger half of the ids is negative.
    for (const half of ['>= 0', '< 0'])
      for (const row of this.#db.prepare(`${taskRows} WHERE t.id ${half} ORDER BY t.id`).iterate())
        yield taskRecord(row as TaskRow);
  }

  /**
   * Who took part in the tasks with this number, in decimal, or else with this name, and when those were. Undefined: there is no such task.
   */
  partInTasks(
    numberOrName: string,
  ):
    IterableIterator<readonly [goroutine: number, startNs: number | null, endNs: number | null]> | undefined {
    const id = /^\d{1,20}$/.test(numberOrName) ? BigInt.asIntN(64, BigInt(numberOrName)) : undefined;
    const ways = [
      ...(id === undefined ? [] : [{ which: 't.id = ?', value: id }]),
      { which: 't.name_ix IN (SELECT ix FROM names WHERE text = ?)', value: numberOrName },
    ];
    const way = ways.find(
      ({ which, value }) =>
        this.#prepared(`SELECT 1 FROM tasks t WHERE ${which} LIMIT 1`).get(value) !== undefined,
    );
    if (!way) return undefined;
    return this.#prepared(
      `SELECT g.goroutine_id, t.start_ns, t.end_ns FROM tasks t JOIN task_goroutines g ON g.task_id = t.id WHERE ${way.which}`,
    )
      .raw()
      .iterate(way.value) as IterableIterator<readonly [number, number | null, number | null]>;
  }

  /** The ids of the same, signed as they are stored. */
  taskIdsCalled(numberOrName: string): BigInt64Array {
    const id = /^\d{1,20}$/.test(numberOrName) ? BigInt.asIntN(64, BigInt(numberOrName)) : undefined;
    const ids = (where: string, what: bigint | string): bigint[] =>
      this.#prepared(`SELECT t.id FROM tasks t WHERE ${where} ORDER BY t.id`)
        .pluck(true)
        .safeIntegers(true)
        .all(what) as bigint[];
    const byId = id === undefined ? [] : ids('t.id = ?', id);
    if (byId.length > 0) return BigInt64Array.from(byId);
    return BigInt64Array.from(ids('t.name_ix IN (SELECT ix FROM names WHERE text = ?)', numberOrName));
  }

  /** The goroutines that took part in a task, in order of id. */
  taskGoroutines(task: bigint): readonly number[] {
    return this.#prepared('SELECT goroutine_id FROM task_goroutines WHERE task_id = ? ORDER BY goroutine_id')
      .pluck(true)
      .all(BigInt.asIntN(64, task)) as number[];
  }

  /** The numbers of a name: more than one where texts read the same only because their bytes are no UTF-8. */
  namesCalled(text: string): readonly number[] {
    return this.#prepared('SELECT ix FROM names WHERE text = ?').pluck(true).all(text) as number[];
  }

  /** Names with a text in them; case matters. */
  namesWith(text: string): readonly number[] {
    return this.#prepared('SELECT ix FROM names WHERE instr(text, ?) > 0').pluck(true).all(text) as number[];
  }

  name(ix: number): string {
    const row = this.#prepared('SELECT text FROM names WHERE ix = ?').get(ix) as { text: string } | undefined;
    return row?.text ?? '';
  }

  /** The text of each wait reason, by its number. */
  reasons(): readonly string[] {
    const rows = this.#prepared(
      'SELECT r.ix, n.text FROM reasons r JOIN names n ON n.ix = r.name_ix ORDER BY r.ix',
    ).all() as { ix: number; text: string }[];
    return rows.map((row) => row.text);
  }

  /** Leaf first. */
  stack(ix: number): readonly FrameRecord[] {
    return this.stackFrames(ix).map((frame) => this.frame(frame));
  }

  /** Where a stack is: its leaf; undefined: it has no frames. */
  leaf(ix: number): FrameRecord | undefined {
    const [leaf] = this.stackFrames(ix);
    return leaf === undefined ? undefined : this.frame(leaf);
  }

  /** The same as numbers of frames. */
  stackFrames(ix: number): readonly number[] {
    const row = this.#prepared('SELECT frames FROM stacks WHERE ix = ?').get(ix) as
      { frames: Uint8Array } | undefined;
    if (!row) return [];
    const frames = new DataView(row.frames.buffer, row.frames.byteOffset, row.frames.byteLength);
    return Array.from({ length: row.frames.byteLength / 4 }, (_, i) => frames.getUint32(i * 4, true));
  }

  /** No two have the same place and address. */
  frame(ix: number): FrameRecord {
    return this.#prepared(
      `SELECT f.pc, f.line, fn.text AS function, fl.text AS file FROM frames f
       JOIN names fn ON fn.ix = f.function_ix JOIN names fl ON fl.ix = f.file_ix WHERE f.ix = ?`,
    ).get(ix) as FrameRecord;
  }

  /** The processors and threads, in order of appearance. */
  lanes(): readonly LaneRow[] {
    return this.#prepared(
      'SELECT kind, number, id, first_ns AS firstNs, until_ns AS untilNs, sums FROM lanes ORDER BY kind, number',
    ).all() as LaneRow[];
  }

  /** The number of a processor's or thread's lane. */
  laneNumber(kind: number, id: number): number | undefined {
    return this.#prepared('SELECT number FROM lanes WHERE kind = ? AND id = ?').pluck().get(kind, id) as
      number | undefined;
  }

  /** The blocks of one level that touch a window, in order of time; blocks of a level do not overlap. */
  laneBlocks(
    lane: Pick<LaneBlockRow, 'kind' | 'lane' | 'level'>,
    fromNs: number,
    untilNs: number,
  ): IterableIterator<LaneBlockRow> {
    return this.#laneRows('kind, lane, level, start_ns AS startNs, until_ns AS untilNs, count, data').iterate(
      { ...lane, fromNs, untilNs },
    ) as IterableIterator<LaneBlockRow>;
  }

  /** The same without their data. */
  laneBlockFacts(
    lane: Pick<LaneBlockRow, 'kind' | 'lane' | 'level'>,
    fromNs: number,
    untilNs: number,
  ): IterableIterator<Omit<LaneBlockRow, 'data'>> {
    return this.#laneRows('kind, lane, level, start_ns AS startNs, until_ns AS untilNs, count').iterate({
      ...lane,
      fromNs,
      untilNs,
    }) as IterableIterator<Omit<LaneBlockRow, 'data'>>;
  }

  /** The levels of a lane's buckets, the finest first. */
  laneLevels(lane: Pick<LaneBlockRow, 'kind' | 'lane'>): number[] {
    const next = this.#prepared(
      'SELECT min(level) FROM lane_blocks WHERE kind = @kind AND lane = @lane AND level > @level',
    ).pluck();
    const levels: number[] = [];
    for (let level = next.get({ kind: lane.kind, lane: lane.lane, level: 0 }); typeof level === 'number';) {
      levels.push(level);
      level = next.get({ kind: lane.kind, lane: lane.lane, level });
    }
    return levels;
  }

  /** The last block that begins before a point in time or there. */
  lastLaneBlock(
    lane: Pick<LaneBlockRow, 'kind' | 'lane' | 'level'>,
    beforeNs: number,
  ): LaneBlockRow | undefined {
    return this.#prepared(
      `SELECT kind, lane, level, start_ns AS startNs, until_ns AS untilNs, count, data FROM lane_blocks
       WHERE kind = @kind AND lane = @lane AND level = @level AND start_ns <= @beforeNs
       ORDER BY start_ns DESC LIMIT 1`,
    ).get({ ...lane, beforeNs }) as LaneBlockRow | undefined;
  }

  /** The finest level that all generations of a window have; 0 where there are no blocks. */
  finestLevel(lane: Pick<LaneBlockRow, 'kind' | 'lane'>, fromNs: number, untilNs: number): number {
    return this.#prepared(
      `SELECT coalesce(max(finest), 0) FROM (SELECT min(level) AS finest FROM lane_blocks
       WHERE kind = @kind AND lane = @lane AND until_ns > @fromNs AND start_ns < @untilNs GROUP BY start_ns)`,
    )
      .pluck()
      .get({ ...lane, fromNs, untilNs }) as number;
  }

  /** How many generations touch a window. */
  generationCount(fromNs: number, untilNs: number): number {
    return this.#prepared('SELECT count(*) FROM generations WHERE until_ns > ? AND start_ns < ?')
      .pluck()
      .get(fromNs, untilNs) as number;
  }

  #laneRows(columns: string): Database.Statement {
    const where = 'kind = @kind AND lane = @lane AND level = @level';
    return this.#prepared(
      `SELECT ${columns} FROM lane_blocks WHERE ${where} AND until_ns > @fromNs AND start_ns < @untilNs AND start_ns >=
       coalesce((SELECT max(start_ns) FROM lane_blocks WHERE ${where} AND start_ns <= @fromNs), @fromNs)
       ORDER BY start_ns`,
    );
  }

  /** In order of time. */
  spanSums(): readonly SpanSumsFacts[] {
    const rows = this.#prepared(
      `SELECT ix, start_ns AS startNs, until_ns AS untilNs, last_chunk AS lastChunk, last_block AS lastBlock
       FROM span_sums ORDER BY ix`,
    ).all() as { ix: number; startNs: number; untilNs: number; lastChunk: number; lastBlock: number }[];
    return rows.map(({ ix, startNs, untilNs, lastChunk, lastBlock }, i) => ({
      ix,
      startNs,
      untilNs,
      chunks: [rows[i - 1]?.lastChunk ?? 0, lastChunk],
      blocks: [rows[i - 1]?.lastBlock ?? 0, lastBlock],
    }));
  }

  spanSumsData(ix: number): { readonly sums: Uint8Array; readonly longest: Uint8Array } {
    return this.#prepared('SELECT sums, longest FROM span_sums WHERE ix = ?').get(ix) as {
      sums: Uint8Array;
      longest: Uint8Array;
    };
  }

  /** common/group-stays.ts */
  groupStays(ix: number): Uint8Array {
    return this.#prepared('SELECT group_stays FROM span_sums WHERE ix = ?').pluck().get(ix) as Uint8Array;
  }

  /** Of these the chunks that touch a window. */
  spanChunksOf(
    { chunks: [behind, last] }: SpanSumsFacts,
    fromNs: number,
    untilNs: number,
  ): IterableIterator<Pick<SpanChunkRow, 'baseNs' | 'firstGoroutine' | 'lastGoroutine' | 'spans'>> {
    return this.#prepared(
      `SELECT base_ns AS baseNs, first_goroutine AS firstGoroutine, last_goroutine AS lastGoroutine, spans FROM span_chunks
       WHERE ix > ? AND ix <= ? AND start_ns < ? AND until_ns > ? ORDER BY ix`,
    ).iterate(behind, last, untilNs, fromNs) as IterableIterator<
      Pick<SpanChunkRow, 'baseNs' | 'firstGoroutine' | 'lastGoroutine' | 'spans'>
    >;
  }

  /** The same, for who reads their spans one by one, while others may read, too. */
  spanChunkFacts(
    { chunks: [behind, last] }: SpanSumsFacts,
    fromNs: number,
    untilNs: number,
  ): readonly SpanChunkFacts[] {
    return this.#prepared(
      `SELECT ix, base_ns AS baseNs, first_goroutine AS firstGoroutine, last_goroutine AS lastGoroutine FROM span_chunks
       WHERE ix > ? AND ix <= ? AND start_ns < ? AND until_ns > ?`,
    ).all(behind, last, untilNs, fromNs) as SpanChunkFacts[];
  }

  spansOfChunk(ix: number): Uint8Array {
    return this.#prepared('SELECT spans FROM span_chunks WHERE ix = ?').pluck().get(ix) as Uint8Array;
  }

  /** Of these the blocks of spans of goroutines that touch a window, of those goroutines that are wanted. */
  *goroutineBlocksOf(
    { blocks: [behind, last] }: SpanSumsFacts,
    fromNs: number,
    untilNs: number,
    isWanted: (goroutine: number) => boolean,
  ): Generator<Pick<LaneBlockRow, 'lane' | 'startNs' | 'data'>> {
    // The plus keeps SQLite from the index where a range of rows is shorter.
    const rows = this.#prepared(
      `SELECT ix, lane, start_ns AS startNs FROM lane_blocks WHERE ix > ? AND ix <= ? AND +kind = 2 AND level = 0
       AND start_ns < ? AND until_ns > ? ORDER BY ix`,
    ).all(behind, last, untilNs, fromNs) as { ix: number; lane: number; startNs: number }[];
    const data = this.#prepared('SELECT data FROM lane_blocks WHERE ix = ?').pluck();
    for (const { ix, lane, startNs } of rows)
      if (isWanted(lane)) yield { lane, startNs, data: data.get(ix) as Uint8Array };
  }

  /** Names of goroutines whose streams do not know them, by their ids. */
  lateNames(): ReadonlyMap<number, number> {
    return new Map(
      this.#prepared('SELECT goroutine_id, name_ix FROM late_names').raw().all() as [number, number][],
    );
  }

  /** common/loose-ends.ts */
  *looseEnds(): Generator<LooseEnd> {
    for (const packed of this.#prepared('SELECT packed FROM loose_ends ORDER BY ix').pluck().all())
      yield* unpackLooseEnds(packed as Uint8Array);
  }

  /** The chunks that may hold spans of goroutines between two ids in a window, in order of time. */
  spanChunks(
    goroutines: { readonly first: number; readonly last: number },
    fromNs: number,
    untilNs: number,
  ): IterableIterator<Pick<SpanChunkRow, 'baseNs' | 'spans'>> {
    return this.#prepared(
      `SELECT base_ns AS baseNs, spans FROM span_chunks
       WHERE first_goroutine <= ? AND last_goroutine >= ? AND start_ns < ? AND until_ns > ? ORDER BY ix`,
    ).iterate(goroutines.last, goroutines.first, untilNs, fromNs) as IterableIterator<
      Pick<SpanChunkRow, 'baseNs' | 'spans'>
    >;
  }
}

type TaskRow = Omit<TaskRecord, 'id' | 'parentId'> & {
  readonly id: string;
  readonly parentId: string | null;
};

const taskRows = `SELECT CAST(t.id AS TEXT) AS id, CAST(t.parent_id AS TEXT) AS parentId, n.text AS name,
  t.start_ns AS startNs, t.end_ns AS endNs, t.logs, t.regions FROM tasks t JOIN names n ON n.ix = t.name_ix`;

const taskRecord = (row: TaskRow): TaskRecord => ({
  ...row,
  id: unsigned(row.id),
  parentId: row.parentId === null ? null : unsigned(row.parentId),
});

export interface SpanChunkFacts extends Pick<SpanChunkRow, 'baseNs' | 'firstGoroutine' | 'lastGoroutine'> {
  readonly ix: number;
}

/** What the spans of a transaction are summed up to, and which chunks and blocks they lie in: those behind the first up to the last. */
export interface SpanSumsFacts {
  readonly ix: number;
  readonly startNs: number;
  readonly untilNs: number;
  readonly chunks: readonly [behind: number, last: number];
  readonly blocks: readonly [behind: number, last: number];
}

const unsigned = (id: string): bigint => BigInt.asUintN(64, BigInt(id));
