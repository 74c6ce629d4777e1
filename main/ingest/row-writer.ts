import { totalColumns } from '#common/analyses/goroutine-results.ts';
import { packKeyDurations } from '#common/key-durations.ts';
import { regionField, regionFields, taskGainsIn } from '#core-wasm/host/summary-rows.ts';
import { TraceWriter } from '#db/writer.ts';

const totalIndex = (column: (typeof totalColumns)[number]): number => totalColumns.indexOf(column);
const firstWaitTotal = totalIndex('networkNs');
const fromNaN = (value: number): number | null => (Number.isNaN(value) ? null : value);

/** The database's writer, which also takes rows as they lie in the core: many at once cross from thread to thread at no cost. */
export class RowWriter extends TraceWriter {
  readonly #totals = new Float64Array(totalColumns.length);

  /** `reasonTotals`: which of the totals waiting for a reason belongs to. */
  regions(rows: Float64Array, pairs: Float64Array, reasonTotals: Uint8Array): void {
    const field = regionField;
    for (let at = 0; at < rows.length; at += regionFields) {
      const row = rows.subarray(at, at + regionFields);
      const firstWait = row[field.firstWait]!;
      const waits = row[field.waits]!;
      this.#sumUp(row, pairs.subarray(firstWait * 2, (firstWait + waits) * 2), reasonTotals);
      this.region([
        row[field.goroutine]!,
        row[field.order]!,
        row[field.name]!,
        row[field.task]!,
        fromNaN(row[field.start]!),
        fromNaN(row[field.end]!),
        ...this.#totals,
        packKeyDurations(pairs, firstWait, waits),
        packKeyDurations(pairs, row[field.firstRange]!, row[field.ranges]!),
      ]);
    }
  }

  /** Fills `#totals`; in a row exec, sched wait, syscall, syscall block and total stand in this order. */
  #sumUp(row: Float64Array, waits: Float64Array, reasonTotals: Uint8Array): void {
    const totals = this.#totals;
    const { exec } = regionField;
    totals[0] = row[exec + 4]!;
    for (let i = 0; i < 4; i++) totals[i + 1] = row[exec + i]!;
    totals.fill(0, firstWaitTotal);
    for (let i = 0; i < waits.length; i += 2) {
      const column = reasonTotals[waits[i]!]!;
      totals[column] = totals[column]! + waits[i + 1]!;
    }
  }

  /** What tasks gained, and task and goroutine in turn: who took part in what. */
  tasks(gains: Uint8Array, originNs: bigint, members: BigInt64Array): void {
    for (const gain of taskGainsIn(gains, originNs)) this.taskGain(gain);
    for (let i = 0; i < members.length; i += 2) this.taskMember(members[i]!, members[i + 1]!);
  }
}
