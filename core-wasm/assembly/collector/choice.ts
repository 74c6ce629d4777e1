/** What of the collector's work counts, as the host has chosen it. */
import { IdMap, idMapClear, idMapGet, idMapSet, newIdMap } from '../id-map';

// core-wasm/host/collector-work.ts lists the same.
export const STW: u32 = 1;
export const BACKGROUND: u32 = 2;
export const ASSIST: u32 = 4;
export const SWEEP: u32 = 8;

/** Processors with higher numbers are left out; Go has at most 1024 by default, and no machine as many as these. */
export const mostProcessors: u64 = 1 << 16;

/** By the name of a reason: 1 other stops, 2 the collector's. */
const stopNames: IdMap = newIdMap();

export function forgetStopNames(): void {
  idMapClear(stopNames);
}

/** Whether stops of the world for this reason are the collector's. */
export function addStopName(name: u64, isCollectors: bool): void {
  idMapSet(stopNames, name, isCollectors ? 2 : 1);
}

export function isStopNameKnown(name: u64): bool {
  return idMapGet(stopNames, name) != 0;
}

export function isCollectorStop(name: u64): bool {
  return idMapGet(stopNames, name) == 2;
}
