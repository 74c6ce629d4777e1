export { argumentCounts } from './cursor';
export { beginDelivery, deliver, deliverSync, eventCounts, lastDelivered, retries } from './delivery';
export { recordCount, recordsStart } from './event-record';
export { clearFault, faultByte, faultCode, faultFacts } from './fault';
export {
  addBatch,
  allocateBatch,
  beginGeneration,
  clockSnapshotMono,
  clockSnapshotNanoseconds,
  clockSnapshotSeconds,
  clockSnapshotTime,
  finishGeneration,
  hasClockSnapshot,
  sampleCount,
  threadCount,
} from './generation';
export { goSort } from './go-sort';
export { allocate, exhausted, release } from './memory';
export { nameCount, nameEntries } from './names';
export { modelThreadCount, processorCount } from './ordering/model';
export { pcCount, pcEntries, stackTableCount, stackTableEntries, stringCount, stringEntries } from './tables';
export { frameCount, frameEntries, stackCount, stackEntries } from './trace-stacks';
