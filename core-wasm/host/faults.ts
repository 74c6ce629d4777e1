/** The faults of the core, by the numbers of core-wasm/assembly/fault.ts, each with its sentence. */
import { wireEventByType } from '#common/trace-format/event-table.ts';
import { v1EventNames } from '#common/trace-format/v1-tables.ts';

export interface Fault {
  readonly code: number;
  /** `invalid-stack-id`: for scripts and tests. */
  readonly name: string;
  /** What is wrong and where, without the generation: a clause that begins in lower case. */
  readonly reason: string;
  /** Where in the file, if that is known more exactly than the batch. */
  readonly atByte?: number;
  /** Go's reader takes it for the end of the trace. */
  readonly silent: boolean;
}

type Facts = readonly bigint[];
type Sentence = (facts: Facts) => string;

const signed = (fact: bigint | undefined): bigint => BigInt.asIntN(64, fact ?? 0n);
const entry: Record<number, readonly [string, Sentence]> = {
  1: ['invalid-string-size', ([length]) => `a string announces ${length} bytes, more than the 1024 allowed`],
  2: ['unexpected-string-entry', ([type]) => `a strings batch holds an entry of type ${type}`],
  3: ['string-cut-off', ([id]) => `string ${id} is longer than its batch`],
  4: ['string-defined-twice', ([id]) => `string ${id} is defined twice`],
  5: ['invalid-stack-size', ([count]) => `a stack announces ${count} frames, more than the 128 allowed`],
  6: ['unexpected-stack-entry', ([type]) => `a stacks batch holds an entry of type ${type}`],
  7: ['stack-defined-twice', ([id]) => `stack ${id} is defined twice`],
  8: ['unexpected-sample-entry', ([type]) => `a CPU samples batch holds an entry of type ${type}`],
  9: ['unexpected-sync-entry', ([type]) => `a sync batch holds an entry of type ${type}`],
  10: ['two-frequencies', () => 'the clock frequency is given twice'],
  11: ['two-snapshots', () => 'the clock snapshot is given twice'],
  12: ['table-cut-off', () => 'a table ends inside a number'],
  13: ['table-ends-early', () => 'a table ends inside an entry'],
  14: ['no-frequency', () => 'the clock frequency is missing'],
  15: ['no-snapshot', () => 'the clock snapshot is missing'],
  16: [
    'frame-without-string',
    ([id, pc, isFile]) =>
      `the ${isFile === 0n ? 'function' : 'file'} name ${id} of the frame at 0x${pc?.toString(16)} is missing`,
  ],
  17: ['misplaced-end-of-generation', () => 'an end of generation stands inside a batch'],
  20: ['invalid-event-type', ([type]) => `${type} is no event type`],
  21: ['event-without-time', ([type]) => `${eventName(type)} may not stand among the events of a thread`],
  22: ['event-cut-off', ([type]) => `${eventName(type)} has a bad number or ends with its batch`],
  23: ['invalid-stack-id', ([id]) => `stack ${id} is not defined`],
  24: ['invalid-string-id', ([id]) => `string ${id} is not defined`],
  30: [
    'nothing-advances',
    ([threads]) => `none of ${threads} threads can go on: events that they wait for are missing`,
  ],
  31: ['unorderable-event', () => 'it may not stand among the events of a thread'],
  32: ['needs-thread', () => 'it needs a thread'],
  33: ['needs-processor', () => 'its thread has no processor'],
  34: ['needs-goroutine', () => 'its thread runs no goroutine'],
  35: ['must-have-no-goroutine', ([g]) => `its thread still runs goroutine ${signed(g)}`],
  36: ['invalid-proc-status', ([p, status]) => `processor ${signed(p)} has the unknown status ${status}`],
  37: ['invalid-go-status', ([g, status]) => `goroutine ${signed(g)} has the unknown status ${status}`],
  38: [
    'proc-status-differs',
    ([p, was, is]) => `processor ${signed(p)} is announced as ${procStatus(is)} but was ${procStatus(was)}`,
  ],
  39: [
    'stolen-proc-without-thread',
    ([p]) => `no thread holds processor ${signed(p)}, which is about to be stolen`,
  ],
  40: ['unknown-proc', ([p]) => `processor ${signed(p)} is not known`],
  41: ['proc-not-running', ([p, status]) => `processor ${signed(p)} is ${procStatus(status)}`],
  42: [
    'self-steal-of-other-proc',
    ([p, own]) => `the thread takes processor ${signed(p)} from itself but holds ${signed(own)}`,
  ],
  43: [
    'steal-from-unknown-thread',
    ([p, m]) => `processor ${signed(p)} is taken from the unknown thread ${signed(m)}`,
  ],
  44: [
    'steal-of-other-proc',
    ([p, m, held]) => `processor ${signed(p)} is taken from thread ${signed(m)}, which holds ${signed(held)}`,
  ],
  45: [
    'go-status-differs',
    ([g, was, is]) => `goroutine ${signed(g)} is announced as ${goStatus(is)} but was ${goStatus(was)}`,
  ],
  46: ['go-status-of-new-goroutine', ([g]) => `goroutine ${signed(g)} is announced but was never created`],
  47: ['syscall-without-thread', ([g]) => `goroutine ${signed(g)} is in a system call on no thread`],
  48: [
    'syscall-on-other-thread',
    ([g, other]) => `the thread of goroutine ${signed(g)}'s system call runs goroutine ${signed(other)}`,
  ],
  49: [
    'goroutine-not-running',
    ([g, status]) => `goroutine ${signed(g)} is ${goStatus(status)}, not running`,
  ],
  50: ['goroutine-exists', ([g]) => `goroutine ${signed(g)} exists already`],
  51: [
    'goroutine-not-in-syscall',
    ([g, status]) => `goroutine ${signed(g)} is ${goStatus(status)}, not in a system call`,
  ],
  52: [
    'proc-not-in-syscall',
    ([p, status]) => `processor ${signed(p)} is ${procStatus(status)}, not in a system call`,
  ],
  53: [
    'syscall-sequence',
    ([p, n, last]) => `its number ${n} for processor ${signed(p)} does not follow ${last}`,
  ],
  54: ['unknown-goroutine', ([g]) => `goroutine ${signed(g)} is not known`],
  55: ['range-already-active', ([id]) => `such a range is in progress on ${signed(id)} already`],
  56: ['range-not-active', ([id]) => `no such range is in progress on ${signed(id)}`],
  57: ['active-range-missing', ([id]) => `the range said to be in progress on ${signed(id)} never began`],
  58: ['gc-active-not-first', () => 'it is not the first event of the collector'],
  59: ['gc-not-running', () => 'no collection is running'],
  60: ['gc-already-running', () => 'a collection is running already'],
  61: ['task-exists', ([id]) => `task ${id} exists already`],
  70: ['v1-event-cut-off', ([type]) => `an event of type ${type} has a bad number or is cut off`],
  71: [
    'v1-event-too-long',
    ([type, size]) => `an event of type ${type} announces ${size} bytes, more than the 2048 allowed`,
  ],
  72: ['v1-invalid-text-size', ([size]) => `a text announces ${size} bytes; 1 to 1000000 are allowed`],
  73: ['v1-event-before-batch', ([type]) => `an event of type ${type} stands before the first batch`],
  74: [
    'v1-wrong-arguments',
    ([type, got]) => `an event of type ${type} has ${got} numbers, which is wrong for it`,
  ],
  75: ['v1-invalid-processor', ([p]) => `a batch belongs to the impossible processor ${p}`],
  76: [
    'v1-invalid-stack',
    ([count]) => `a stack announces ${count} frames, which does not fit its length or the 1000 allowed`,
  ],
  77: ['v1-times-out-of-order', () => 'time runs backwards'],
  78: ['v1-impossible-transition', () => 'the goroutine cannot have changed its state like that'],
  79: [
    'v1-no-order',
    () => 'the events of some processors cannot be put in any order: others that they wait for are missing',
  ],
  80: ['v1-stray-syscall-exit', ([g]) => `goroutine ${g} leaves a system call that it was not in`],
  81: ['v1-illegal-event', ([g]) => `it cannot have happened as it is written (goroutine ${g})`],
  82: ['v1-unexpected-event', ([type]) => `an event of type ${type} has no meaning`],
  63: ['too-many-ranges', ([g]) => `goroutine ${signed(g)} stops the world in more ways than can be`],
  64: ['not-alone', () => 'it cannot be ordered without what came before'],
  62: ['region-mismatch', ([g]) => `goroutine ${signed(g)} ends another region than the one it is in`],
};

export const faultNames: Readonly<Record<number, string>> = Object.fromEntries(
  Object.entries(entry).map(([code, [name]]) => [code, name]),
);

const firstV1Fault = 70;
const v1EventName = (type: bigint | undefined): string =>
  v1EventNames[Number(type)] ?? `an event of type ${type}`;
const goStatus = (status: bigint | undefined): string =>
  ['bad', 'runnable', 'running', 'in a system call', 'waiting'][Number(status)] ?? `status ${status}`;
const procStatus = (status: bigint | undefined): string =>
  ['bad', 'running', 'idle', 'in a system call', 'abandoned in a system call'][Number(status)] ??
  `status ${status}`;
const eventName = (type: bigint | undefined): string =>
  wireEventByType[Number(type)]?.name ?? `an event of type ${type}`;

/** `facts`: the six words of the core's fault area: three facts, thread, event type, and whether the last two are known. */
export function describeFault(code: number, facts: Facts, atByte: number): Fault {
  const [name, sentence] = entry[code] ?? [`fault-${code}`, () => `fault ${code}`];
  const [, , , thread, type, located] = facts;
  const event = code >= firstV1Fault ? v1EventName(type) : eventName(type);
  const on = signed(thread) === -1n && code >= firstV1Fault ? '' : `thread ${signed(thread)}, `;
  const where = located === 1n ? `${on}${event}: ` : '';
  return {
    code,
    name,
    reason: where + sentence(facts),
    ...(atByte > 0 ? { atByte } : {}),
    silent: name === 'table-ends-early',
  };
}
