/**
 * Every wire event of the trace formats of Go 1.22 and later, as data. Source: internal/trace/tracev2 of Go 1.27.
 *
 * Argument names are those of Go's raw text. An event with a time has its time delta before the arguments; `timed: false`
 * marks the structural ones that are no events of a thread. `stack` is the call stack of whoever does it.
 */
export type EventKind =
  | 'Sync'
  | 'Metric'
  | 'Label'
  | 'StackSample'
  | 'RangeBegin'
  | 'RangeActive'
  | 'RangeEnd'
  | 'TaskBegin'
  | 'TaskEnd'
  | 'RegionBegin'
  | 'RegionEnd'
  | 'Log'
  | 'StateTransition'
  | 'Experimental';

export interface WireEvent {
  readonly type: number;
  readonly name: string;
  readonly args: readonly string[];
  readonly timed: boolean;
  /** The first header version (the NN of `go 1.NN trace`) that lists it. */
  readonly since: number;
  /** What it is delivered as; absent for structural events that are not delivered. */
  readonly kind?: EventKind;
}

const structural = (type: number, name: string, since: number, args = '', kind?: EventKind): WireEvent => ({
  type,
  name,
  args: words(args),
  timed: false,
  since,
  ...(kind ? { kind } : {}),
});
const timed = (type: number, name: string, since: number, kind: EventKind, args = ''): WireEvent => ({
  type,
  name,
  args: words(args),
  timed: true,
  since,
  kind,
});
const words = (text: string): readonly string[] => (text === '' ? [] : text.split(' '));

export const wireEvents: readonly WireEvent[] = [
  structural(1, 'EventBatch', 22, 'gen m time size'),
  structural(2, 'Stacks', 22),
  structural(3, 'Stack', 22, 'id nframes'),
  structural(4, 'Strings', 22),
  structural(5, 'String', 22, 'id'),
  structural(6, 'CPUSamples', 22),
  structural(7, 'CPUSample', 22, 'time m p g stack', 'StackSample'),
  structural(8, 'Frequency', 22, 'freq'),
  timed(9, 'ProcsChange', 22, 'Metric', 'procs_value stack'),
  timed(10, 'ProcStart', 22, 'StateTransition', 'p p_seq'),
  timed(11, 'ProcStop', 22, 'StateTransition'),
  timed(12, 'ProcSteal', 22, 'StateTransition', 'p p_seq m'),
  timed(13, 'ProcStatus', 22, 'StateTransition', 'p pstatus'),
  timed(14, 'GoCreate', 22, 'StateTransition', 'new_g new_stack stack'),
  timed(15, 'GoCreateSyscall', 22, 'StateTransition', 'new_g'),
  timed(16, 'GoStart', 22, 'StateTransition', 'g g_seq'),
  timed(17, 'GoDestroy', 22, 'StateTransition'),
  timed(18, 'GoDestroySyscall', 22, 'StateTransition'),
  timed(19, 'GoStop', 22, 'StateTransition', 'reason_string stack'),
  timed(20, 'GoBlock', 22, 'StateTransition', 'reason_string stack'),
  timed(21, 'GoUnblock', 22, 'StateTransition', 'g g_seq stack'),
  timed(22, 'GoSyscallBegin', 22, 'StateTransition', 'p_seq stack'),
  timed(23, 'GoSyscallEnd', 22, 'StateTransition'),
  timed(24, 'GoSyscallEndBlocked', 22, 'StateTransition'),
  timed(25, 'GoStatus', 22, 'StateTransition', 'g m gstatus'),
  timed(26, 'STWBegin', 22, 'RangeBegin', 'kind_string stack'),
  timed(27, 'STWEnd', 22, 'RangeEnd'),
  timed(28, 'GCActive', 22, 'RangeActive', 'gc_seq'),
  timed(29, 'GCBegin', 22, 'RangeBegin', 'gc_seq stack'),
  timed(30, 'GCEnd', 22, 'RangeEnd', 'gc_seq'),
  timed(31, 'GCSweepActive', 22, 'RangeActive', 'p'),
  timed(32, 'GCSweepBegin', 22, 'RangeBegin', 'stack'),
  timed(33, 'GCSweepEnd', 22, 'RangeEnd', 'swept_value reclaimed_value'),
  timed(34, 'GCMarkAssistActive', 22, 'RangeActive', 'g'),
  timed(35, 'GCMarkAssistBegin', 22, 'RangeBegin', 'stack'),
  timed(36, 'GCMarkAssistEnd', 22, 'RangeEnd'),
  timed(37, 'HeapAlloc', 22, 'Metric', 'heapalloc_value'),
  timed(38, 'HeapGoal', 22, 'Metric', 'heapgoal_value'),
  timed(39, 'GoLabel', 22, 'Label', 'label_string'),
  timed(40, 'UserTaskBegin', 22, 'TaskBegin', 'task parent_task name_string stack'),
  timed(41, 'UserTaskEnd', 22, 'TaskEnd', 'task stack'),
  timed(42, 'UserRegionBegin', 22, 'RegionBegin', 'task name_string stack'),
  timed(43, 'UserRegionEnd', 22, 'RegionEnd', 'task name_string stack'),
  timed(44, 'UserLog', 22, 'Log', 'task key_string value_string stack'),
  timed(45, 'GoSwitch', 23, 'StateTransition', 'g g_seq'),
  timed(46, 'GoSwitchDestroy', 23, 'StateTransition', 'g g_seq'),
  timed(47, 'GoCreateBlocked', 23, 'StateTransition', 'new_g new_stack stack'),
  timed(48, 'GoStatusStack', 23, 'StateTransition', 'g m gstatus stack'),
  structural(49, 'ExperimentalBatch', 23, 'exp gen m time'),
  structural(50, 'Sync', 25, '', 'Sync'),
  timed(51, 'ClockSnapshot', 25, 'Sync', 'mono sec nsec'),
  structural(52, 'EndOfGeneration', 26),
  timed(128, 'Span', 26, 'Experimental', 'id npages_value kindclass'),
  timed(129, 'SpanAlloc', 26, 'Experimental', 'id npages_value kindclass'),
  timed(130, 'SpanFree', 26, 'Experimental', 'id'),
  timed(131, 'HeapObject', 26, 'Experimental', 'id type'),
  timed(132, 'HeapObjectAlloc', 26, 'Experimental', 'id type'),
  timed(133, 'HeapObjectFree', 26, 'Experimental', 'id'),
  timed(134, 'GoroutineStack', 26, 'Experimental', 'id order'),
  timed(135, 'GoroutineStackAlloc', 26, 'Experimental', 'id order'),
  timed(136, 'GoroutineStackFree', 26, 'Experimental', 'id'),
];

/** By type; undefined where a number is no event. */
export const wireEventByType: readonly (WireEvent | undefined)[] = Array.from({ length: 256 }, (_, type) =>
  wireEvents.find((event) => event.type === type),
);

/** Numbers of the events that code treats by name: `eventType.GoStart` is 16. */
export const eventType: Readonly<Record<string, number>> = Object.fromEntries(
  wireEvents.map((event) => [event.name, event.type]),
);

/** Go's states of a processor, by their number in an event. Those of goroutines: `goStates`. */
export const procStates: readonly string[] = ['Undetermined', 'NotExist', 'Running', 'Idle'];

/** Go's names of the metrics, by the event that carries them. */
export const metricNames: Readonly<Record<string, string>> = {
  ProcsChange: '/sched/gomaxprocs:threads',
  HeapAlloc: '/memory/classes/heap/objects:bytes',
  HeapGoal: '/gc/heap/goal:bytes',
};
