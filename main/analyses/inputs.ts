import type { CollectorWork } from '#common/collector-work.ts';
import type { UserScan } from '#common/user-scan.ts';
import type { TraceReader } from '#db/reader.ts';
import type { GoroutineOrders } from './goroutine-order.ts';
import type { KeptGoroutines } from './kept-goroutines.ts';

/** What analyses are computed from. */
export interface AnalysisInputs {
  readonly reader: TraceReader;
  readonly orders: GoroutineOrders;
  readonly collector: CollectorWork;
  readonly userScan: UserScan;
  readonly kept: KeptGoroutines;
}

/** What most of them need. */
export type GoroutineInputs = Pick<AnalysisInputs, 'reader' | 'orders'>;
