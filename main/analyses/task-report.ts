/** Every user task, for scripts: the shape of `gopherscope tasks --format json`. */
import type { TaskRecord, TraceReader } from '#db/reader.ts';

/** Points in time count from the trace's origin; null where they are not in the trace. */
export interface ReportedTask {
  /** 64 bits without sign; Go counts from 1. 0 holds the regions of no task. */
  readonly id: bigint;
  readonly parent: bigint | null;
  /** Empty where the trace has only its end or what took place inside. */
  readonly name: string;
  readonly startNs: number | null;
  readonly endNs: number | null;
  readonly logs: number;
  readonly regions: number;
  /** Those that began or ended it, or had a region or a log in it. */
  readonly goroutines: readonly number[];
}

/** In order of id. */
export function* reportedTasks(reader: TraceReader): Generator<ReportedTask> {
  for (const task of reader.allTasks()) yield reported(task, reader.taskGoroutines(task.id));
}

function reported(task: TaskRecord, goroutines: readonly number[]): ReportedTask {
  const { id, parentId, name, startNs, endNs, logs, regions } = task;
  return { id, parent: parentId, name, startNs, endNs, logs, regions, goroutines };
}
