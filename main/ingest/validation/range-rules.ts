/** What may happen to ranges (collections, sweeps, assists, stops of the world), to tasks and to regions. */
import { eventType } from '#common/trace-format/event-table.ts';
import type { Integer } from '#core-wasm/host/event-records.ts';
import type { Complain, OrderedEvents } from './ordered-events.ts';

const types = (names: string): ReadonlySet<number> =>
  new Set(names.split(' ').map((name) => eventType[name]!));
const begins = types('GCBegin GCSweepBegin GCMarkAssistBegin STWBegin');
const announcements = types('GCActive GCSweepActive GCMarkAssistActive');
const ends = types('GCEnd GCSweepEnd GCMarkAssistEnd STWEnd');
const collections = types('GCActive GCBegin GCEnd');
const sweeps = types('GCSweepActive GCSweepBegin GCSweepEnd');

/** The parent of a task that has none. */
export const noTask = 0xffffffffffffffffn;

interface Task {
  readonly parent: Integer;
  readonly name: string;
}

export class RangeRules {
  readonly #textOf: (text: number) => string;
  readonly #noParentAtEnd: Integer;
  readonly #active = new Set<string>();
  readonly #tasks = new Map<Integer, Task>();
  /** Task and name of the open regions of a goroutine, innermost last. */
  readonly #regions = new Map<Integer, string[]>();

  constructor(textOf: (text: number) => string, noParentAtEnd: Integer) {
    this.#textOf = textOf;
    this.#noParentAtEnd = noParentAtEnd;
  }

  /** `isInitial`: ranges may be announced that nobody saw begin. */
  range(events: OrderedEvents, i: number, isInitial: boolean, complain: Complain): void {
    const type = events.type(i);
    const range = this.#rangeOf(events, i);
    const isActive = this.#active.has(range);
    if (begins.has(type) && isActive) complain('range-twice', `${range} begins while it lasts`);
    if (ends.has(type) && !isActive) complain('range-not-begun', `${range} ends but never began`);
    if (announcements.has(type)) {
      if (isInitial && isActive) complain('range-twice', `${range} is announced while it lasts`);
      if (!isInitial && !isActive) complain('range-not-begun', `${range} lasts but never began`);
    }
    if (ends.has(type)) this.#active.delete(range);
    else this.#active.add(range);
  }

  #rangeOf(events: OrderedEvents, i: number): string {
    const type = events.type(i);
    if (collections.has(type)) return 'the collection';
    const isAnnounced = announcements.has(type);
    if (sweeps.has(type))
      return `the sweep of processor ${isAnnounced ? events.subject(i) : events.processor(i)}`;
    const goroutine = isAnnounced ? events.subject(i) : events.goroutine(i);
    if (type === eventType['STWBegin'] || type === eventType['STWEnd'])
      return `the stop of the world (${this.#textOf(events.text(i))}) of goroutine ${goroutine}`;
    return `the mark assist of goroutine ${goroutine}`;
  }

  task(events: OrderedEvents, i: number, complain: Complain): void {
    const id = events.a(i);
    const known = this.#tasks.get(id);
    const task: Task = { parent: events.b(i), name: this.#textOf(events.text(i)) };
    if (events.type(i) === eventType['UserTaskBegin']) {
      if (known) complain('task-twice', `task ${id} begins while it lasts`);
      this.#tasks.set(id, task);
      return;
    }
    // The end of a task that began before the trace did has no parent and no name.
    const expected = known ?? { parent: noTask, name: '' };
    const parent = expected.parent === noTask ? this.#noParentAtEnd : expected.parent;
    if (task.parent !== parent || task.name !== expected.name)
      complain(
        'task-differs',
        `task ${id} ends as "${task.name}" of ${task.parent}, not "${expected.name}" of ${parent}`,
      );
    this.#tasks.delete(id);
  }

  region(events: OrderedEvents, i: number, complain: Complain): void {
    const goroutine = events.goroutine(i);
    const region = `"${this.#textOf(events.text(i))}" of task ${events.a(i)}`;
    let open = this.#regions.get(goroutine);
    if (!open) this.#regions.set(goroutine, (open = []));
    if (events.type(i) === eventType['UserRegionBegin']) {
      open.push(region);
      return;
    }
    // With no region open it began before the trace did.
    const innermost = open.pop();
    if (innermost !== undefined && innermost !== region)
      complain('region-differs', `the region ${region} ends inside ${innermost}`);
  }

  /** A goroutine's ranges and regions end with it. */
  forgetGoroutine(id: Integer): void {
    this.#regions.delete(id);
    this.#active.delete(`the mark assist of goroutine ${id}`);
  }
}
