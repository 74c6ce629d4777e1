import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { goStates } from '#common/goroutine-state.ts';
import { eventType, procStates } from '#common/trace-format/event-table.ts';
import { Core } from '#core-wasm/host/core.ts';
import { memorySource } from '#main/trace-file/byte-source.ts';
import { fixtureBytes, fixtureTraces } from '../../../fixtures/fixture-traces.ts';
import { encodeTextTrace, parseTextCase } from '../../../fixtures/text-trace.ts';
import { orderedTrace } from '../ordered-trace.ts';
import { coreReferences, EventValidator, type Complaint, type OrderedEvents } from './event-validator.ts';

async function complaintsAbout(data: Uint8Array): Promise<{ complaints: Complaint[]; events: number }> {
  const core = new Core();
  let validator = new EventValidator(coreReferences(core));
  const complaints: Complaint[] = [];
  for await (const part of orderedTrace(memorySource(data), core))
    if (part.kind === 'version') validator = new EventValidator(coreReferences(core), part.version.family);
    else if (part.kind === 'events') complaints.push(...validator.check(core.records));
  return { complaints, events: validator.count };
}

describe('it accepts every recorded trace', () => {
  test.each(fixtureTraces)('%s', async (name) => {
    const { complaints, events } = await complaintsAbout(fixtureBytes(name));
    expect(complaints).toEqual([]);
    expect(events).toBeGreaterThan(1000);
  });
});

describe('it accepts what Go reads of hand-written traces', () => {
  const folder = new URL('../../../fixtures/text/', import.meta.url);
  const files = readdirSync(folder);
  test.each(files)('%s', async (file) => {
    const { trace } = parseTextCase(readFileSync(new URL(file, folder), 'utf8'));
    const { complaints } = await complaintsAbout(encodeTextTrace(trace));
    expect(complaints).toEqual([]);
  });
});

/** An event by hand: its name, context and facts; times count up by themselves. */
interface HandMade {
  readonly name: string;
  /** Thread, processor, goroutine. */
  readonly at: readonly [number, number, number];
  readonly id?: number;
  readonly change?: readonly [from: string, to: string];
  readonly b?: number | bigint;
  readonly text?: number;
  readonly stack?: number;
  readonly time?: number;
}

const state = (name: string, names: readonly string[]): number => Math.max(0, names.indexOf(name));

function handMade(list: readonly HandMade[]): OrderedEvents {
  const one = (i: number): HandMade => list[i]!;
  const names = (i: number): readonly string[] => (one(i).name.startsWith('Proc') ? procStates : goStates);
  return {
    count: list.length,
    type: (i) => eventType[one(i).name]!,
    from: (i) => state(one(i).change?.[0] ?? '', names(i)),
    to: (i) => state(one(i).change?.[1] ?? '', names(i)),
    time: (i) => one(i).time ?? i + 1,
    thread: (i) => one(i).at[0],
    processor: (i) => one(i).at[1],
    goroutine: (i) => one(i).at[2],
    subject: (i) => one(i).id ?? 0,
    a: (i) => one(i).id ?? 0,
    b: (i) => one(i).b ?? 0,
    stack: (i) => one(i).stack ?? 0,
    otherStack: () => 0,
    text: (i) => one(i).text ?? 0,
    otherText: () => 0,
  };
}

const nobody = [-1, -1, -1] as const;
const m5 = [5, 0, 1] as const;
const sync = (number = 1): HandMade => ({ name: 'Sync', at: nobody, id: number });
const procStatus = (thread: number, id: number): HandMade => ({
  name: 'ProcStatus',
  at: [thread, -1, -1],
  id,
  change: ['Undetermined', 'Running'],
});
const goStatus = (thread: number, processor: number, id: number): HandMade => ({
  name: 'GoStatus',
  at: [thread, processor, -1],
  id,
  change: ['Undetermined', 'Running'],
});
/** Thread 5 has processor 0 and runs goroutine 1. */
const opening = [sync(), procStatus(5, 0), goStatus(5, 0, 1)];

function rulesBroken(...list: readonly HandMade[]): readonly string[] {
  const texts = ['', 'one', 'two'];
  const validator = new EventValidator({ textOf: (n) => texts[n]!, stackCount: () => 2, textCount: () => 3 });
  return validator.check(handMade(list)).map(({ rule }) => rule);
}

const block: HandMade = { name: 'GoBlock', at: m5, id: 1, change: ['Running', 'Waiting'] };

describe('it complains of', () => {
  const go = (name: string, from: string, to: string, id = 1, at: HandMade['at'] = m5): HandMade => ({
    name,
    at,
    id,
    change: [from, to],
  });
  const cases: Record<string, readonly [string, readonly HandMade[]]> = {
    'an event that is not later': ['time-not-later', [...opening, { ...block, time: 3 }]],
    'a Sync out of turn': ['sync-number', [...opening, sync(3)]],
    'a Sync on a thread': ['context-differs', [{ ...sync(), at: [5, -1, -1] }]],
    'a goroutine that blocks without running': [
      'state-differs',
      [...opening, block, { ...block, at: [5, 0, -1] }],
    ],
    'a change that its event does not make': [
      'illegal-transition',
      [...opening, go('GoBlock', 'Running', 'Runnable')],
    ],
    'a goroutine created twice': [
      'state-differs',
      [...opening, go('GoCreate', 'NotExist', 'Runnable', 2), go('GoCreate', 'NotExist', 'Runnable', 2)],
    ],
    'the unblocking of nobody': ['missing-resource', [...opening, go('GoUnblock', 'Waiting', 'Runnable', 7)]],
    'the block of somebody else': ['context-differs', [...opening, go('GoBlock', 'Running', 'Waiting', 2)]],
    'a status that another state contradicts': [
      'state-differs',
      [...opening, { ...go('GoStatus', 'Waiting', 'Waiting'), at: m5 }],
    ],
    'a status that changes something': [
      'illegal-transition',
      [...opening, go('GoStatus', 'Running', 'Waiting')],
    ],
    'a processor on two threads': [
      'processor-on-two-threads',
      [...opening, { ...procStatus(6, 0), change: ['Running', 'Running'] }],
    ],
    'a goroutine on two threads': [
      'goroutine-on-two-threads',
      [...opening, procStatus(6, 1), { ...goStatus(6, 1, 1), change: ['Running', 'Running'] }],
    ],
    'a processor that starts while it runs': [
      'state-differs',
      [...opening, { name: 'ProcStart', at: [6, -1, -1], id: 0, change: ['Idle', 'Running'] }],
    ],
    'a theft that leaves the processor running': [
      'illegal-transition',
      [...opening, { name: 'ProcSteal', at: m5, id: 0, change: ['Running', 'Running'] }],
    ],
    'a goroutine in a context that has left its thread': [
      'context-differs',
      [...opening, block, { name: 'HeapAlloc', at: m5, id: 7 }],
    ],
    'a processor in a context that its thread does not have': [
      'context-differs',
      [...opening, { name: 'HeapAlloc', at: [5, 3, 1], id: 7 }],
    ],
    'a log of nobody': ['context-incomplete', [...opening, { name: 'UserLog', at: [6, -1, -1] }]],
    'a range that begins twice': [
      'range-twice',
      [...opening, { name: 'STWBegin', at: m5, text: 1 }, { name: 'STWBegin', at: m5, text: 1 }],
    ],
    'a range that only ends': ['range-not-begun', [...opening, { name: 'GCMarkAssistEnd', at: m5 }]],
    'a range that is announced after the first generation but never began': [
      'range-not-begun',
      [...opening, sync(2), { name: 'GCSweepActive', at: m5, id: 0 }],
    ],
    'two collections at once': [
      'range-twice',
      [...opening, { name: 'GCBegin', at: m5 }, { name: 'GCBegin', at: m5 }],
    ],
    'a task that begins twice': [
      'task-twice',
      [...opening, { name: 'UserTaskBegin', at: m5, id: 3 }, { name: 'UserTaskBegin', at: m5, id: 3 }],
    ],
    'a task that ends under another name': [
      'task-differs',
      [
        ...opening,
        { name: 'UserTaskBegin', at: m5, id: 3, text: 1 },
        { name: 'UserTaskEnd', at: m5, id: 3, text: 2 },
      ],
    ],
    'an unknown task that ends with a name': [
      'task-differs',
      [...opening, { name: 'UserTaskEnd', at: m5, id: 3, text: 1, b: 0xffffffffffffffffn }],
    ],
    'regions that cross': [
      'region-differs',
      [
        ...opening,
        { name: 'UserRegionBegin', at: m5, text: 1 },
        { name: 'UserRegionBegin', at: m5, text: 2 },
        { name: 'UserRegionEnd', at: m5, text: 1 },
      ],
    ],
    'a stack that no table has': ['reference-out-of-bounds', [...opening, { ...block, stack: 2 }]],
    'a text that no table has': ['reference-out-of-bounds', [...opening, { ...block, text: 3 }]],
  };
  test.each(Object.entries(cases))('%s', (_, [rule, events]) => {
    expect(rulesBroken(...events)).toContain(rule);
  });

  test('nothing in a stream that is in order', () => {
    expect(
      rulesBroken(
        ...opening,
        { name: 'UserRegionBegin', at: m5, text: 1, stack: 1 },
        { name: 'UserRegionEnd', at: m5, text: 1 },
        { name: 'UserRegionEnd', at: m5, text: 2 },
        { name: 'UserTaskEnd', at: m5, id: 9, b: 0xffffffffffffffffn },
        block,
        { name: 'GoUnblock', at: nobody, id: 1, change: ['Waiting', 'Runnable'] },
        { name: 'GoStart', at: [5, 0, -1], id: 1, change: ['Runnable', 'Running'] },
      ),
    ).toEqual([]);
  });
});
