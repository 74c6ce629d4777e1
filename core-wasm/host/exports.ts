/** What core.wasm exports. Addresses and lengths are in bytes of its memory; 64-bit values are bigints. */
export interface CoreExports {
  readonly argumentCounts: WebAssembly.Global<'i32'>;
  readonly eventCounts: WebAssembly.Global<'i32'>;
  readonly enough: WebAssembly.Global<'i32'>;
  readonly exhausted: WebAssembly.Global<'i32'>;
  readonly faultCode: WebAssembly.Global<'i32'>;
  readonly faultByte: WebAssembly.Global<'i64'>;
  readonly recordCount: WebAssembly.Global<'i32'>;
  readonly retries: WebAssembly.Global<'i64'>;

  readonly chunkLength: WebAssembly.Global<'i32'>;
  readonly chunkFirst: WebAssembly.Global<'i64'>;
  readonly chunkLast: WebAssembly.Global<'i64'>;
  readonly chunkStart: WebAssembly.Global<'i64'>;
  readonly chunkEnd: WebAssembly.Global<'i64'>;
  readonly goroutinesSeen: WebAssembly.Global<'i32'>;
  readonly origin: WebAssembly.Global<'i64'>;
  readonly spanBase: WebAssembly.Global<'i64'>;

  clearFault(): void;
  faultFacts(): number;

  beginGeneration(withSnapshot: number): void;
  allocateBatch(length: number): number;
  addBatch(
    thread: bigint,
    time: bigint,
    experiment: number,
    data: number,
    length: number,
    fileOffset: bigint,
  ): number;
  noteBatch(time: bigint): void;
  addKeptBatch(thread: bigint, time: bigint, number: number, length: number, fileOffset: bigint): void;
  finishGeneration(): number;
  hasClockSnapshot(): number;
  clockSnapshotTime(): bigint;
  clockSnapshotMono(): bigint;
  clockSnapshotSeconds(): bigint;
  clockSnapshotNanoseconds(): bigint;
  sampleCount(): number;
  threadCount(): number;

  beginDelivery(generation: bigint): number;
  deliverSync(atGenerationStart: number): void;
  deliver(): number;
  hasEvents(): number;
  resumeBehind(count: bigint): void;
  lastDelivered(): bigint;
  recordsStart(): number;

  isolate(): void;
  writeModel(): void;
  modelWords(): number;
  modelWordsStart(): number;
  beginVerification(generation: bigint, hasEvents: number): number;
  verify(count: number): number;
  /** ordering/checkpoint.ts: how many 64-bit words it wrote at `checkpointStart`. */
  writeCheckpoint(): number;
  checkpointStart(): number;
  resumeFrom(words: number, count: number): number;
  takeModel(words: number): void;

  stringCount(): number;
  stringEntries(): number;
  stackTableCount(): number;
  stackTableEntries(): number;
  pcCount(): number;
  pcEntries(): number;

  nameCount(): number;
  nameEntries(): number;
  frameCount(): number;
  frameEntries(): number;
  stackCount(): number;
  stackEntries(): number;
  processorCount(): number;
  modelThreadCount(): number;

  sealLanes(): void;
  blockCount(): number;
  blockRows(): number;
  blockBytes(): number;
  forgetBlocks(): void;
  laneRowCount(): number;
  laneRows(): number;

  accumulate(first: number): number;
  beginFlush(): void;
  flushAlive(most: number, isLast: number): number;
  sealSpans(): void;
  chunkAddress(): number;
  advanceSpanBase(): void;
  forgetRows(): void;
  lastSeen(): bigint;
  readonly regionsFirst: WebAssembly.Global<'i64'>;
  readonly regionsLast: WebAssembly.Global<'i64'>;
  readonly regionsStart: WebAssembly.Global<'i64'>;
  readonly regionsUntil: WebAssembly.Global<'i64'>;
  regionCount(): number;
  regionsAddress(): number;
  regionsLength(): number;
  readonly logsStart: WebAssembly.Global<'i64'>;
  readonly logsUntil: WebAssembly.Global<'i64'>;
  logCount(): number;
  logsAddress(): number;
  logsLength(): number;
  taskRowCount(): number;
  taskRowsStart(): number;
  taskMemberCount(): number;
  taskMembersStart(): number;
  reasonCount(): number;
  reasonName(reason: number): number;

  lateNameCount(): number;
  lateNamesStart(): number;
  looseEndCount(): number;
  looseEndsStart(): number;
  plainSumCount(): number;
  plainSumsStart(): number;
  forgetPlainSums(): void;

  readonly longestCount: WebAssembly.Global<'i32'>;
  readonly packedSumsLength: WebAssembly.Global<'i32'>;
  longestStart(): number;
  forgetLongest(): void;
  openStays(most: number, all: number): void;
  addStayGroup(name: number): number;
  readonly groupsLeftOut: WebAssembly.Global<'i32'>;
  readonly gatheredStays: WebAssembly.Global<'i32'>;
  gatherStays(): number;
  addStays(address: number, count: number): void;
  stayCount(group: number): number;
  staysStart(group: number): number;
  addLongest(address: number, count: number): void;
  selectWindow(from: bigint, until: bigint): void;
  selectNames(count: number): number;
  selectGoroutine(id: bigint, hasStretches: number): void;
  addStretch(from: bigint, until: bigint): void;
  addKnownName(id: bigint, name: number): void;
  openSums(by: number): void;
  setSpanScan(carried: number, longest: number): void;
  setGenerationEnd(end: bigint): void;
  scanSpanChunk(address: number, length: number, base: bigint): number;
  scanBlockRow(goroutine: bigint, address: number, length: number, start: bigint): number;
  setPlainWindow(from: bigint, until: bigint): void;
  plainLifeColumns(chunk: number): number;
  scanPlainLives(chunk: number, longest: number): void;
  addPlainSums(address: number, count: number): void;
  addPackedSums(address: number, length: number, isFirst: number, onlyLong: number): number;
  packSums(): number;
  openWakes(keep: number): void;
  addWakeStretch(lane: number, from: bigint, until: bigint): void;
  scanWakesInChunk(address: number, length: number, base: bigint): number;
  scanWakesInRow(goroutine: bigint, address: number, length: number, start: bigint, base: bigint): number;
  creationColumns(chunk: number): number;
  scanCreations(chunk: number, creator: bigint): void;
  finishWakes(): number;
  wakeCount(): number;
  wakesStart(): number;
  findStreams(address: number, length: number, base: bigint, ids: number, count: number): number;
  streamsFound(): number;
  sumCount(): number;
  sumsStart(): number;
  sumIdCount(): number;
  sumIdsStart(): number;

  readonly foundStays: WebAssembly.Global<'i64'>;
  readonly foundStayNs: WebAssembly.Global<'i64'>;
  readonly shortestStay: WebAssembly.Global<'i64'>;
  readonly longestStay: WebAssembly.Global<'i64'>;
  stayEdges(): number;
  openFigures(most: number, edges: number): void;
  wantWhats(count: number, onlyOwnStacks: number): number;
  wantStacks(count: number): number;
  forgetPending(): void;
  pendingCount(): number;
  haveStays(address: number, length: number): number;
  findStaysInChunk(address: number, length: number, base: bigint): number;
  findStaysInRow(goroutine: bigint, address: number, length: number, start: bigint): number;
  findPlainStays(chunk: number): void;
  endStayGeneration(end: bigint, isLast: number): void;
  longestFound(): number;
  longestFoundCount(): number;
  wakersFound(): number;
  wakersFoundCount(): number;
  coarseCounts(): number;
  durationsFound(): number;
  durationsKept(): number;
  durationNear(place: bigint): bigint;

  readonly packedColumns: WebAssembly.Global<'i32'>;
  readonly packedHead: WebAssembly.Global<'i32'>;
  readonly reasonColumns: WebAssembly.Global<'i32'>;
  gatheredAlive(): number;
  isFinishedFull(): number;
  gatherRow(values: number): void;
  packGoroutines(which: number): number;
  forgetProvisional(): void;
  sumGroups(): number;
  groupsStart(): number;

  openLives(names: number, from: bigint, until: bigint): number;
  lifeColumns(chunk: number): number;
  countLives(chunk: number): void;
  openChunk(): number;
  isSoundHead(chunk: number): number;
  closeChunk(chunk: number): void;
  attachColumn(chunk: number, column: number, address: number, length: number): number;
  detachColumn(chunk: number, column: number): void;
  columnFloats(chunk: number, column: number, to: number): number;
  columnAddress(chunk: number, column: number): number;
  areListsSound(chunk: number, lengthColumn: number, bytes: number): number;
  nameAt(chunk: number, row: number): number;
  firstRowFrom(chunk: number, id: bigint): number;
  readRows(chunk: number, first: number, rows: number, to: number): number;
  listStart(chunk: number, lengthColumn: number, row: number): number;
  listLength(chunk: number, lengthColumn: number, row: number): number;

  readonly candidateCount: WebAssembly.Global<'i32'>;
  readonly rowsBefore: WebAssembly.Global<'i32'>;
  openRanks(count: number): number;
  forgetMembers(): void;
  addMember(id: bigint): void;
  setRowTests(stateColumn: number, ofMembers: number): void;
  setScan(
    column: number,
    least: bigint,
    largest: bigint,
    leastId: bigint,
    largestId: bigint,
    isFiltered: number,
  ): void;
  setBuckets(origin: bigint): void;
  bucketLeast(bucket: number): bigint;
  findBucket(histogram: number, place: number): number;
  columnsNeeded(chunk: number, pass: number): number;
  scanChunk(chunk: number, pass: number, histogram: number, chunkNumber: number): void;
  openCandidates(most: number, before: number): void;
  keepCandidates(from: number, count: number): number;
  sortCandidates(from: number, until: number): void;
  candidatesStart(): number;

  forgetWork(): void;
  addWork(stream: number, length: number, count: number, start: bigint): number;
  chooseSweeps(areRead: number, since: bigint): void;
  beginReplay(
    how: number,
    what: number,
    each: number,
    firstUntil: bigint,
    until: bigint,
    fallback: number,
  ): void;
  replaySome(most: number): number;
  asksForName(): number;
  asked(): bigint;
  answerAsked(isCollectors: number): void;
  spanCount(): number;
  spansStart(): number;
  forgetSpans(): void;
  peopleCount(): number;
  personId(number: number): bigint;
  finishSeries(from: number, until: number): void;
  seriesCount(): number;
  seriesProcessor(number: number): number;
  firstTime(): number;
  lastTime(): number;
  minimumUtilization(window: number): number;
  meanUtilization(): number;
  beginWorst(window: number): void;
  nextWorst(window: number): number;
  foundStart(): number;
  foundEnd(): number;
  foundSeries(): number;
  setQuantile(number: number, share: number): void;
  findQuantiles(window: number): number;
  quantileAt(number: number): number;
  openScanChunk(length: number): number;
  beginRegionScan(
    fromNs: bigint,
    untilNs: bigint,
    traceEndNs: bigint,
    leastNs: bigint,
    mostNs: bigint,
    what: number,
    by: number,
    most: number,
    withoutInherited: number,
  ): void;
  onlyTask(id: bigint): void;
  onlyName(name: number): void;
  sortReasons(): number;
  regionOwners(length: number, count: number): number;
  regionMask(count: number): number;
  scanRegions(length: number, count: number, chunk: number, isMasked: number): number;
  regionRemap(): number;
  keepRegions(): void;
  foundTaskCount(): number;
  foundTaskIds(): number;
  regionGroupCount(): number;
  regionGroups(): number;
  regionTimeCount(): number;
  regionTimes(): number;
  regionRows(): number;
  beginRepeats(bits: number): void;
  endRepeats(): void;
  findRepeats(length: number, count: number): number;
  listRepeats(length: number, count: number, chunk: number): number;
  repeatCount(): number;
  repeatRows(): number;
  beginLogScan(
    textLength: number,
    ofOneTask: number,
    task: bigint,
    ignoresCase: number,
    most: number,
  ): number;
  scanLogs(length: number, count: number, chunk: number): number;
  foundLogCount(): number;
  foundLogs(): number;
  beginMarks(from: bigint, until: bigint, mostLogs: number): void;
  markGoroutine(id: bigint): void;
  scanMarkedRegions(length: number, count: number): number;
  scanMarkedLogs(length: number, count: number, chunk: number): number;
  markedRegionCount(): number;
  markedRegions(): number;
  markedLogCount(): number;
  markedLogs(): number;
  readonly recordsHeld: WebAssembly.Global<'i32'>;
  beginSort(withTags: number): void;
  sortPass(): number;
  recordsAt(): number;

  v1Begin(minor: number, sizeHint: number): void;
  appendBytes(count: number): number;
  v1AddText(address: number, length: number): void;
  v1BeginLoad(): void;
  v1LoadSome(): number;
  v1DeliverSync(): number;
  v1Deliver(): number;
  v1ProcessorCount(): number;
  v1ThreadCount(): number;

  allocate(size: number): number;
  release(address: number, size: number): void;
  goSort(pairs: number, count: number): void;
}
