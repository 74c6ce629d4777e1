/**
 * The format before Go 1.22, as far as names go: its events by number, and the texts that Go's conversion to the new format
 * puts in their place. Source: internal/trace/tracev1.go of Go 1.27.
 */
export const v1EventNames: readonly string[] =
  `None Batch Frequency Stack Gomaxprocs ProcStart ProcStop GCStart GCDone STWStart STWDone GCSweepStart GCSweepDone GoCreate
  GoStart GoEnd GoStop GoSched GoPreempt GoSleep GoBlock GoUnblock GoBlockSend GoBlockRecv GoBlockSelect GoBlockSync
  GoBlockCond GoBlockNet GoSysCall GoSysExit GoSysBlock GoWaiting GoInSyscall HeapAlloc HeapGoal TimerGoroutine FutileWakeup
  String GoStartLocal GoUnblockLocal GoSysExitLocal GoStartLabel GoBlockGC GCMarkAssistStart GCMarkAssistDone UserTaskCreate
  UserTaskEnd UserRegion UserLog CPUSample`.split(/\s+/);

/** Why a goroutine leaves its processor, by the event that says so. */
const reasons: Readonly<Record<string, string>> = {
  GoStop: 'forever',
  GoSched: 'runtime.Gosched',
  GoPreempt: 'preempted',
  GoSleep: 'sleep',
  GoBlockSend: 'chan send',
  GoBlockRecv: 'chan receive',
  GoBlockSelect: 'select',
  GoBlockSync: 'sync',
  GoBlockCond: 'sync.(*Cond).Wait',
  GoBlockNet: 'network',
  GoBlockGC: 'GC mark assist wait for work',
};

/** Why the world is stopped, by number: the runtime's own list from 1.21 on, two reasons before. */
const stopReasonsOf121 = [
  '',
  'GC mark termination',
  'GC sweep termination',
  'write heap dump',
  'goroutine profile',
  'goroutine profile cleanup',
  'all goroutine stack trace',
  'read mem stats',
  'AllThreadsSyscall',
  'GOMAXPROCS',
  'start trace',
  'stop trace',
  'CountPagesInUse (test)',
  'ReadMetricsSlow (test)',
  'ReadMemStatsSlow (test)',
  'PageCachePagesLeaked (test)',
  'ResetDebugLog (test)',
];
const stopReasonsBefore = ['GC mark termination', 'GC sweep termination'];

/** The texts in the order in which the core wants them: a reason for each event number, then the kinds of stops. */
export const v1FixedTexts = (minor: number): readonly string[] => [
  ...v1EventNames.map((name) => reasons[name] ?? ''),
  ...(minor >= 21 ? stopReasonsOf121 : stopReasonsBefore),
];
