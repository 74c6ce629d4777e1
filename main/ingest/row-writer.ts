import { taskGainsIn, taskMembersIn } from '#core-wasm/host/summary-rows.ts';
import { TraceWriter } from '#db/writer.ts';

/** The database's writer, which also takes rows as they lie in the core: many at once cross from thread to thread at no cost. */
export class RowWriter extends TraceWriter {
  /** What tasks gained, and who took part in what. */
  tasks(gains: Uint8Array, originNs: bigint, members: Uint8Array): void {
    for (const gain of taskGainsIn(gains, originNs)) this.taskGain(gain);
    this.taskMembers(taskMembersIn(members));
  }
}
