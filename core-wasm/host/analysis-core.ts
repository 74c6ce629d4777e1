import type { AnalysisCore } from '#common/analysis-core.ts';
import { openCollectorWork } from './collector-work.ts';
import { openGoroutineTable } from './goroutine-table.ts';
import { openUserScan } from './user-scan.ts';

export const analysisCore: AnalysisCore = { openTable: openGoroutineTable, openCollectorWork, openUserScan };
