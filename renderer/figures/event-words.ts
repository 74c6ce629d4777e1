/** What an event says, in words. */
import type { EventRow } from '#common/analyses/event-results.ts';
import { inThrees } from '#common/quantity-text.ts';

type Words = Pick<EventRow, 'kind' | 'facts'>;

/** `G18 Running → Waiting, chan receive` */
export function eventWords({ kind, facts }: Words): string {
  const known = new Map(facts);
  const fact = (name: string): string => known.get(name) ?? '';
  switch (kind) {
    case 'StateTransition':
      return transition(known);
    case 'Metric':
      return `${number(fact('value'))} ${unitOf(fact('name'))}`;
    case 'Label':
      return fact('label');
    case 'RangeBegin':
    case 'RangeActive':
    case 'RangeEnd':
      return listed(fact('range'), subject(known), sizes(known));
    case 'TaskBegin':
    case 'TaskEnd':
      return listed(
        fact('type'),
        `task ${fact('task')}`,
        known.has('parent') ? `parent ${fact('parent')}` : '',
      );
    case 'RegionBegin':
    case 'RegionEnd':
      return listed(fact('type'), ofTask(known));
    case 'Log':
      return listed(
        [fact('category'), fact('message')].filter((text) => text !== '').join(': '),
        ofTask(known),
      );
    default:
      return facts
        .filter(([name]) => name !== 'clock' && name !== 'args')
        .map(([name, value]) => `${name} ${value}`)
        .join(', ');
  }
}

/** `/gc/heap/goal:bytes` counts bytes. The name itself is the event's. */
const unitOf = (metric: string): string => metric.split(':').at(-1) ?? '';

const number = (digits: string): string => (/^\d{1,15}$/.test(digits) ? inThrees(Number(digits)) : digits);

type Known = ReadonlyMap<string, string>;

const listed = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join(', ');

function subject(known: Known): string {
  const goroutine = known.get('subjectGoroutine');
  const processor = known.get('subjectProcessor');
  if (goroutine !== undefined) return `G${goroutine}`;
  return processor === undefined ? '' : `P${processor}`;
}

const transition = (known: Known): string =>
  listed(
    `${subject(known)} ${known.get('from') ?? ''} → ${known.get('to') ?? ''}`,
    known.get('reason') ?? '',
  );

/** Task 0 is none. */
const ofTask = (known: Known): string => {
  const task = known.get('task') ?? '0';
  return task === '0' ? '' : `task ${task}`;
};

const sizes = (known: Known): string =>
  known.has('sweptBytes')
    ? `swept ${number(known.get('sweptBytes') ?? '')} bytes, reclaimed ${number(known.get('reclaimedBytes') ?? '')}`
    : '';
