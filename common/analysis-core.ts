import type { OpenCollectorWork } from './collector-work.ts';
import type { OpenGoroutineTable } from './goroutine-table.ts';
import type { OpenUserScan } from './user-scan.ts';

/** What analyses leave to the core: core-wasm/host/analysis-core.ts. */
export interface AnalysisCore {
  readonly openTable: OpenGoroutineTable;
  readonly openCollectorWork: OpenCollectorWork;
  readonly openUserScan: OpenUserScan;
}
