export { argumentCounts } from './cursor';
export { enough } from './enough';
export { beginDelivery, deliver, deliverSync, eventCounts, hasEvents, lastDelivered, resumeBehind, retries } from './delivery';
export { recordCount, recordsStart } from './event-record';
export { clearFault, faultByte, faultCode, faultFacts } from './fault';
export {
  addBatch,
  addKeptBatch,
  allocateBatch,
  beginGeneration,
  clockSnapshotMono,
  clockSnapshotNanoseconds,
  clockSnapshotSeconds,
  clockSnapshotTime,
  finishGeneration,
  hasClockSnapshot,
  noteBatch,
  sampleCount,
  threadCount,
} from './generation';
export { addWork, forgetWork } from './collector/change-reader';
export {
  beginWorst,
  findQuantiles,
  firstTime,
  foundEnd,
  foundSeries,
  foundStart,
  lastTime,
  meanUtilization,
  minimumUtilization,
  nextWorst,
  quantileAt,
  setQuantile,
} from './collector/mmu';
export { peopleCount, personId } from './collector/people';
export {
  answerAsked,
  asked,
  asksForName,
  beginReplay,
  chooseSweeps,
  finishSeries,
  forgetSpans,
  replaySome,
  spanCount,
  spansStart,
} from './collector/replay';
export { seriesCount, seriesProcessor } from './collector/series';
export { goSort } from './go-sort';
export { allocate, exhausted, release } from './memory';
export { blockBytes, blockCount, blockRows, forgetBlocks } from './lanes/outbox';
export { laneRowCount, laneRows } from './lanes/lane-list';
export { nameCount, nameEntries } from './names';
export { checkpointStart, resumeFrom, writeCheckpoint } from './ordering/checkpoint';
export { modelWords, modelWordsStart, takeModel, writeModel } from './ordering/handover';
export { isolate, modelThreadCount, processorCount } from './ordering/model';
export { beginVerification, verify } from './ordering/verify';
export { pcCount, pcEntries, stackTableCount, stackTableEntries, stringCount, stringEntries } from './tables';
export { frameCount, frameEntries, stackCount, stackEntries } from './trace-stacks';
export {
  accumulate,
  advanceSpanBase,
  beginFlush,
  flushAlive,
  forgetRows,
  lastSeen,
  sealLanes,
  sealSpans,
  spanBase,
} from './summary/accumulate';
export { seen as goroutinesSeen } from './summary/model';
export { logCount, logsAddress, logsLength, logsStart, logsUntil } from './summary/log-chunk';
export {
  origin,
  regionCount,
  regionsAddress,
  regionsFirst,
  regionsLast,
  regionsLength,
  regionsStart,
  regionsUntil,
} from './summary/region-chunk';
export {
  chunkAddress,
  chunkEnd,
  chunkFirst,
  chunkLast,
  chunkLength,
  chunkStart,
} from './summary/span-chunk';
export {
  candidateCount,
  candidatesStart,
  keepCandidates,
  openCandidates,
  sortCandidates,
} from './goroutine-columns/candidates';
export {
  areListsSound,
  attachColumn,
  closeChunk,
  columnAddress,
  columnFloats,
  detachColumn,
  firstRowFrom,
  isSoundHead,
  listLength,
  listStart,
  nameAt,
  openChunk,
  readRows,
} from './goroutine-columns/chunk';
export {
  forgetProvisional,
  packGoroutines,
  packedColumns,
  packedHead,
  reasonColumns,
} from './goroutine-columns/chunk-packer';
export { gatheredAlive, isFinishedFull, gatherRow } from './goroutine-columns/gathered';
export { groupsStart, sumGroups } from './goroutine-columns/group-sums';
export { countLives, lifeColumns, openLives } from './goroutine-columns/lives-in';
export {
  bucketLeast,
  columnsNeeded,
  findBucket,
  openRanks,
  rowsBefore,
  scanChunk,
  setBuckets,
  setScan,
} from './goroutine-columns/scan';
export { addMember, forgetMembers, setRowTests } from './goroutine-columns/row-tests';
export { lateNameCount, lateNamesStart, looseEndCount, looseEndsStart } from './summary/loose-ends';
export { forgetPlainSums, plainSumCount, plainSumsStart } from './summary/plain-sums';
export {
  addStayGroup,
  addStays,
  gatheredStays,
  gatherStays,
  groupsLeftOut,
  openStays,
  stayCount,
  staysStart,
} from './span-scan/group-longest';
export { addLongest, forgetLongest, longestCount, longestStart } from './span-scan/longest';
export { addPlainSums, plainLifeColumns, scanPlainLives, setPlainWindow } from './span-scan/plain-lives';
export { addKnownName, addStretch, selectGoroutine, selectNames, selectWindow } from './span-scan/selection';
export { scanBlockRow, scanSpanChunk, setGenerationEnd, setSpanScan } from './span-scan/streams';
export {
  addPackedSums,
  openSums,
  packSums,
  packedSumsLength,
  sumCount,
  sumIdCount,
  sumIdsStart,
  sumsStart,
} from './span-scan/sums';
export {
  addWakeStretch,
  findStreams,
  finishWakes,
  openWakes,
  creationColumns,
  scanCreations,
  scanWakesInChunk,
  scanWakesInRow,
  streamsFound,
  wakeCount,
  wakesStart,
} from './span-scan/wakes';
export {
  coarseCounts,
  durationNear,
  durationsFound,
  durationsKept,
  foundStayNs,
  foundStays,
  longestFound,
  longestFoundCount,
  longestStay,
  openFigures,
  shortestStay,
  stayEdges,
  wakersFound,
  wakersFoundCount,
} from './stay-scan/figures';
export { forgetPending, pendingCount } from './stay-scan/pending';
export { findPlainStays } from './stay-scan/plain-stays';
export { endStayGeneration, findStaysInChunk, findStaysInRow, haveStays } from './stay-scan/scan';
export { wantStacks, wantWhats } from './stay-scan/wanted';
export { beginLogScan, foundLogCount, foundLogs, scanLogs } from './user-scan/log-scan';
export {
  beginMarks,
  markGoroutine,
  markedLogCount,
  markedLogs,
  markedRegionCount,
  markedRegions,
  scanMarkedLogs,
  scanMarkedRegions,
} from './user-scan/mark-scan';
export { openScanChunk } from './user-scan/packed';
export {
  beginRegionScan,
  beginRepeats,
  endRepeats,
  findRepeats,
  foundTaskCount,
  foundTaskIds,
  keepRegions,
  listRepeats,
  onlyName,
  onlyTask,
  regionGroupCount,
  regionGroups,
  regionMask,
  regionOwners,
  regionRemap,
  regionRows,
  regionTimeCount,
  regionTimes,
  repeatCount,
  repeatRows,
  scanRegions,
  sortReasons,
} from './user-scan/region-scan';
export { beginSort, recordsAt, recordsHeld, sortPass } from './user-scan/sorted';
export { taskMemberCount, taskMembersStart, taskRowCount, taskRowsStart } from './summary/tasks';
export { reasonCount, reasonName } from './reasons';
export { appendBytes } from './v1/trace-bytes';
export { v1AddText, v1Begin, v1BeginLoad, v1Deliver, v1DeliverSync, v1LoadSome, v1ProcessorCount, v1ThreadCount } from './v1/convert';
