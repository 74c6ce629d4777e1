/** The one writer of a trace's database. Everything of a generation goes in with one transaction. */
import { constants, deflateRawSync } from 'node:zlib';
import Database from 'better-sqlite3';
import type { Diagnostic } from '#common/diagnostics.ts';
import { packedColumns } from '#common/goroutine-columns.ts';
import { schema, schemaVersion, totalColumnNames } from './schema.ts';

export interface TraceRow {
  readonly formatMinor: number;
  readonly originNs: bigint;
  readonly durationNs: number;
  readonly events: number;
  readonly goroutines: number;
  readonly processors: number;
  readonly threads: number;
  readonly generations: number;
  readonly eventsByKind: Readonly<Record<string, number>>;
  readonly revision: number;
  readonly complete: boolean;
}

export interface GenerationRow {
  readonly ordinal: number;
  readonly generation: number;
  readonly startNs: number;
  readonly untilNs: number;
  readonly startByte: number;
  readonly untilByte: number;
  readonly events: number;
}

export interface SpanChunkRow {
  readonly generationOrdinal: number;
  readonly baseNs: number;
  readonly startNs: number;
  readonly untilNs: number;
  readonly firstGoroutine: number;
  readonly lastGoroutine: number;
  readonly spans: Uint8Array;
}

/** What is summed up of the spans of a transaction: common/span-sums.ts; `longest`: core-wasm/assembly/span-scan/longest.ts. */
export interface SpanSumsRow {
  readonly startNs: number;
  readonly untilNs: number;
  readonly sums: Uint8Array;
  readonly longest: Uint8Array;
  /** common/group-stays.ts */
  readonly groupStays: Uint8Array;
}

/** Regions, packed: common/region-chunk.ts. */
export interface RegionChunkRow {
  readonly count: number;
  readonly firstGoroutine: number;
  readonly lastGoroutine: number;
  /** When the first begins and the last ends. */
  readonly startNs: number;
  readonly untilNs: number;
  readonly packed: Uint8Array;
}

/** User logs, packed: common/log-chunk.ts. */
export interface LogChunkRow {
  readonly count: number;
  readonly startNs: number;
  readonly untilNs: number;
  readonly packed: Uint8Array;
}

/** Goroutines, packed: common/goroutine-columns.ts. */
export interface GoroutineChunkRow {
  readonly isProvisional: boolean;
  readonly firstId: number;
  readonly lastId: number;
  readonly head: Uint8Array;
  /** Those that are packed, by their numbers. */
  readonly columns: readonly (readonly [column: number, packed: Uint8Array])[];
}

/** A processor or a thread, up to the end of what is stored. `sums`: 64-bit floats, the time in each class of states. */
export interface LaneRow {
  readonly kind: number;
  readonly number: number;
  readonly id: number;
  readonly firstNs: number;
  readonly untilNs: number;
  readonly sums: Uint8Array;
}

/** `level` 0: everything exactly; n: buckets of 2^n ns. `lane` is a lane's number, or what else the kind counts. */
export interface LaneBlockRow {
  readonly kind: number;
  readonly lane: number;
  readonly level: number;
  readonly startNs: number;
  readonly untilNs: number;
  /** Spans, changes or buckets. */
  readonly count: number;
  readonly data: Uint8Array;
}

/**
 * What a task gained: it is added to what is stored of it. Ids have 64 bits with a sign, those beyond 2^63 count as below zero;
 * as numbers, which are bound faster, where they are exact.
 */
export interface TaskGainRow {
  readonly id: number | bigint;
  readonly parent: number | bigint | undefined;
  readonly name: number | undefined;
  readonly startNs: number | undefined;
  readonly endNs: number | undefined;
  readonly startGoroutine: number | bigint | undefined;
  readonly endGoroutine: number | bigint | undefined;
  readonly logs: number;
  readonly regions: number;
}

const marks = (count: number): string => Array.from({ length: count }, () => '?').join(', ');
const totals = totalColumnNames.join(', ');
const totalCount = totalColumnNames.length;

/** A statement of its own for each row takes twice the time. */
const membersAtOnce = 16;

export class TraceWriter {
  readonly #db: Database.Database;
  readonly #goroutineChunk: Database.Statement;
  readonly #goroutineColumn: Database.Statement;
  readonly #regionChunk: Database.Statement;
  readonly #logChunk: Database.Statement;
  readonly #group: Database.Statement;
  readonly #task: Database.Statement;
  readonly #taskMember: Database.Statement;
  /** `membersAtOnce` of them. */
  readonly #taskMembers: Database.Statement;
  readonly #name: Database.Statement;
  readonly #reason: Database.Statement;
  readonly #frame: Database.Statement;
  readonly #stack: Database.Statement;
  readonly #chunk: Database.Statement;
  #nextChunk = 1;
  #provisional: { readonly first: number; last: number } | undefined;
  readonly #lane: Database.Statement;
  readonly #laneBlock: Database.Statement;

  /** Creates the database; the file must not exist. */
  constructor(path: string) {
    const db = prepared(new Database(path));
    this.#db = db;
    this.#goroutineChunk = db.prepare(
      'INSERT INTO goroutine_chunks (ix, first_id, last_id, head) VALUES (?, ?, ?, ?)',
    );
    this.#goroutineColumn = db.prepare(
      'INSERT INTO goroutine_columns (column_number, chunk_ix, packed) VALUES (?, ?, ?)',
    );
    this.#regionChunk = db.prepare(
      `INSERT INTO region_chunks (count, first_goroutine, last_goroutine, start_ns, until_ns, packed)
       VALUES (?, ?, ?, ?, ?, ?)`,
    );
    this.#logChunk = db.prepare(
      'INSERT INTO log_chunks (count, start_ns, until_ns, packed) VALUES (?, ?, ?, ?)',
    );
    this.#group = db.prepare(
      `INSERT OR REPLACE INTO groups (name_ix, count, longest_ns, ${totals}) VALUES (${marks(3 + totalCount)})`,
    );
    this.#task = db.prepare(
      `INSERT INTO tasks (id, parent_id, name_ix, start_ns, end_ns, start_goroutine, end_goroutine, logs, regions)
       VALUES (?, ?, coalesce(?, 0), ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET parent_id = coalesce(parent_id, excluded.parent_id), name_ix = coalesce(?, name_ix),
       start_ns = coalesce(excluded.start_ns, start_ns), end_ns = coalesce(excluded.end_ns, end_ns),
       start_goroutine = coalesce(excluded.start_goroutine, start_goroutine),
       end_goroutine = coalesce(excluded.end_goroutine, end_goroutine),
       logs = logs + excluded.logs, regions = regions + excluded.regions`,
    );
    const insertMembers = 'INSERT OR IGNORE INTO task_goroutines (task_id, goroutine_id) VALUES (?, ?)';
    this.#taskMember = db.prepare(insertMembers);
    this.#taskMembers = db.prepare(insertMembers + ', (?, ?)'.repeat(membersAtOnce - 1));
    this.#name = db.prepare('INSERT INTO names (ix, text) VALUES (?, ?)');
    this.#reason = db.prepare('INSERT INTO reasons (ix, name_ix) VALUES (?, ?)');
    this.#frame = db.prepare(
      'INSERT INTO frames (ix, pc, function_ix, file_ix, line) VALUES (?, ?, ?, ?, ?)',
    );
    this.#stack = db.prepare('INSERT INTO stacks (ix, frames) VALUES (?, ?)');
    this.#chunk = db.prepare(
      `INSERT INTO span_chunks (generation_ordinal, base_ns, start_ns, until_ns, first_goroutine, last_goroutine, spans)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#lane = db.prepare(
      'INSERT OR REPLACE INTO lanes (kind, number, id, first_ns, until_ns, sums) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.#laneBlock = db.prepare(
      'INSERT INTO lane_blocks (kind, lane, level, start_ns, until_ns, count, data) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
  }

  begin(): void {
    this.#db.exec('BEGIN IMMEDIATE');
  }

  commit(): void {
    this.#db.exec('COMMIT');
  }

  /** A chunk never gets the number of one before. Provisional ones are written one after the other. */
  goroutineChunk(row: GoroutineChunkRow): void {
    const ix = this.#nextChunk++;
    this.#goroutineChunk.run(ix, row.firstId, row.lastId, row.head);
    for (const [column, packed] of row.columns) this.#goroutineColumn.run(column, ix, packed);
    if (!row.isProvisional) return;
    this.#provisional ??= { first: ix, last: ix };
    this.#provisional.last = ix;
  }

  /** Their rows are written anew with each generation. */
  clearProvisional(): void {
    if (!this.#provisional) return;
    const { first, last } = this.#provisional;
    this.#provisional = undefined;
    this.#db.prepare('DELETE FROM goroutine_chunks WHERE ix BETWEEN ? AND ?').run(first, last);
    const columns = this.#db.prepare(
      'DELETE FROM goroutine_columns WHERE column_number = ? AND chunk_ix BETWEEN ? AND ?',
    );
    for (const column of packedColumns.keys()) columns.run(column, first, last);
  }

  regionChunk(row: RegionChunkRow): void {
    const { count, firstGoroutine, lastGoroutine, startNs, untilNs, packed } = row;
    this.#regionChunk.run(count, firstGoroutine, lastGoroutine, startNs, untilNs, packed);
  }

  logChunk({ count, startNs, untilNs, packed }: LogChunkRow): void {
    this.#logChunk.run(count, startNs, untilNs, packed);
  }

  taskGain(row: TaskGainRow): void {
    const { id, parent, name, startNs, endNs, startGoroutine, endGoroutine, logs, regions } = row;
    this.#task.run(id, parent, name, startNs, endNs, startGoroutine, endGoroutine, logs, regions, name);
  }

  /** Task, goroutine, task, goroutine …: who took part in what. Ids as in `TaskGainRow`. */
  taskMembers(ids: readonly (number | bigint)[]): void {
    const rest = ids.length % (membersAtOnce * 2);
    for (let at = 0; at < ids.length - rest; at += membersAtOnce * 2)
      this.#taskMembers.run(ids.slice(at, at + membersAtOnce * 2));
    for (let at = ids.length - rest; at < ids.length; at += 2) this.#taskMember.run(ids.slice(at, at + 2));
  }

  /** Columns in the order of the table. */
  group(values: Float64Array): void {
    this.#group.run(...values);
  }

  /** Groups change from generation to generation: one may even empty when a goroutine gets its name late. */
  clearGroups(): void {
    this.#db.exec('DELETE FROM groups');
  }

  name(ix: number, text: string): void {
    this.#name.run(ix, text);
  }

  reason(ix: number, name: number): void {
    this.#reason.run(ix, name);
  }

  frame(ix: number, pc: number, functionIx: number, fileIx: number, line: number): void {
    this.#frame.run(ix, pc, functionIx, fileIx, line);
  }

  /** `frames`: frame numbers, 32 bits each, leaf first. */
  stack(ix: number, frames: Uint8Array): void {
    this.#stack.run(ix, frames);
  }

  spanChunk(row: SpanChunkRow): void {
    this.#chunk.run(
      row.generationOrdinal,
      row.baseNs,
      row.startNs,
      row.untilNs,
      row.firstGoroutine,
      row.lastGoroutine,
      row.spans,
    );
  }

  /** They are about the chunks and blocks behind those of the one before. */
  spanSums(row: SpanSumsRow): void {
    this.#db
      .prepare(
        `INSERT INTO span_sums (start_ns, until_ns, last_chunk, last_block, sums, longest, group_stays) VALUES (?, ?,
         (SELECT coalesce(max(ix), 0) FROM span_chunks), (SELECT coalesce(max(ix), 0) FROM lane_blocks), ?, ?, ?)`,
      )
      .run(row.startNs, row.untilNs, row.sums, row.longest, row.groupStays);
  }

  /** A goroutine whose streams so far do not know its name. */
  lateName(goroutine: number | bigint, name: number): void {
    this.#db.prepare('INSERT OR REPLACE INTO late_names VALUES (?, ?)').run(goroutine, name);
  }

  looseEnds(packed: Uint8Array): void {
    this.#db.prepare('INSERT INTO loose_ends (packed) VALUES (?)').run(packed);
  }

  lane(row: LaneRow): void {
    this.#lane.run(row.kind, row.number, row.id, row.firstNs, row.untilNs, row.sums);
  }

  laneBlock(row: LaneBlockRow): void {
    this.#laneBlock.run(row.kind, row.lane, row.level, row.startNs, row.untilNs, row.count, row.data);
  }

  generation(row: GenerationRow): void {
    this.#db
      .prepare(`INSERT INTO generations VALUES (${marks(7)})`)
      .run(row.ordinal, row.generation, row.startNs, row.untilNs, row.startByte, row.untilByte, row.events);
  }

  /** What the generation with that ordinal is ordered with. */
  checkpoint(ordinal: number, words: Uint8Array): void {
    this.#db
      .prepare('INSERT INTO checkpoints VALUES (?, ?)')
      .run(ordinal, deflateRawSync(words, { level: constants.Z_BEST_SPEED }));
  }

  diagnostic(row: Diagnostic): void {
    this.#db
      .prepare(
        `INSERT INTO diagnostics (severity, code, sentence, generation, at_byte, lost_bytes) VALUES (${marks(6)})`,
      )
      .run(row.severity, row.code, row.sentence, row.generation ?? null, row.atByte, row.lostBytes);
  }

  trace(row: TraceRow): void {
    this.#db
      .prepare(`INSERT OR REPLACE INTO trace VALUES (1, ${marks(11)})`)
      .run(
        row.formatMinor,
        String(row.originNs),
        row.durationNs,
        row.events,
        row.goroutines,
        row.processors,
        row.threads,
        row.generations,
        JSON.stringify(row.eventsByKind),
        row.revision,
        row.complete ? 1 : 0,
      );
  }

  /** Brings everything from the log into the database and both to the disk: from now on it may count. */
  finish(): void {
    this.#db.pragma('synchronous = NORMAL');
    this.#db.pragma('wal_checkpoint(TRUNCATE)');
  }

  close(): void {
    // The transaction of a trace that cannot be read on.
    if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
    this.#db.close();
  }
}

/** Made ready for writing; closed again where the disk does not let it. */
function prepared(db: Database.Database): Database.Database {
  try {
    // Most of it is packed columns, which are read whole.
    db.pragma('page_size = 16384');
    // Before `finish` it does not count anyway, so a power failure may take it along.
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = OFF');
    db.pragma('cache_size = -8192');
    db.pragma(`user_version = ${schemaVersion}`);
    db.exec(schema);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
