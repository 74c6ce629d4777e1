/** Which goroutine is on which processor, from the processors' stored spans. */
import { blockKinds, processorStates } from '#common/lane-kinds.ts';
import type { WakeStretch } from '#common/wake-scan.ts';
import type { TraceReader } from '#db/reader.ts';
import type { LaneSpans } from '#common/lane-spans.ts';
import { StoredSpans } from './stored-spans.ts';

const running = processorStates.indexOf('running');
const syscall = processorStates.indexOf('syscall');

/** What to look for. In old traces a processor may go on showing a system call that its goroutine has left elsewhere. */
interface Sought {
  readonly goroutine: number;
  readonly state: number;
}

const shows = (spans: LaneSpans, i: number, { goroutine, state }: Sought): boolean =>
  spans.ids[i] === goroutine && spans.kinds[i] === state;

export class ProcessorPlaces {
  readonly #stored: StoredSpans;
  /** Processors by the numbers of their lanes, the one found last in front. */
  #lanes: readonly number[];
  readonly #ids: ReadonlyMap<number, number>;

  constructor(reader: TraceReader) {
    this.#stored = new StoredSpans(reader);
    this.#ids = new Map(
      reader
        .lanes()
        .filter(({ kind }) => kind === blockKinds.processor)
        .map(({ number, id }) => [number, id]),
    );
    this.#lanes = [...this.#ids.keys()];
  }

  idOf(lane: number): number | undefined {
    return this.#ids.get(lane);
  }

  /** The goroutine whose event at this time it was: it has come before, and does not go before. */
  actorAt(lane: number, at: number): number | undefined {
    let actor: number | undefined;
    this.#stored.each({ kind: blockKinds.processor, lane }, at - 1, at, undefined, (spans, i) => {
      if (spans.kinds[i] === running) actor = spans.ids[i]!;
    });
    return actor;
  }

  /** The processor on which a goroutine did something. */
  laneOfActor(goroutine: number, at: number): number | undefined {
    return this.#lanes.find((lane) => this.actorAt(lane, at) === goroutine);
  }

  /** Where a goroutine that runs, or is in a system call, is; in order of time. */
  *stretches(
    goroutine: number,
    does: 'running' | 'syscall',
    from: number,
    until: number,
  ): Generator<void, WakeStretch[]> {
    const sought = { goroutine, state: does === 'running' ? running : syscall };
    const found: WakeStretch[] = [];
    for (let at = from; at < until;) {
      const lane = this.#laneAt(sought, at) ?? (yield* this.#nextLane(sought, at, until));
      if (lane === undefined) break;
      const stretch = this.#follow(sought, lane, at, until);
      found.push(stretch);
      yield;
      at = stretch.until;
    }
    return found;
  }

  #laneAt(sought: Sought, at: number): number | undefined {
    const lane = this.#lanes.find((one) => this.#firstSpan(sought, one, at, at + 1) !== undefined);
    if (lane !== undefined) this.#lanes = [lane, ...this.#lanes.filter((other) => other !== lane)];
    return lane;
  }

  /** Where it turns up first: a processor that is announced later than its goroutine has it from there on. */
  *#nextLane(sought: Sought, from: number, until: number): Generator<void, number | undefined> {
    let first = until;
    let found: number | undefined;
    for (const lane of this.#lanes) {
      const start = this.#firstSpan(sought, lane, from, first);
      yield;
      if (start === undefined || start >= first) continue;
      [first, found] = [start, lane];
    }
    return found;
  }

  /** Where the first span with the goroutine begins that touches the stretch. */
  #firstSpan(sought: Sought, lane: number, from: number, until: number): number | undefined {
    let start: number | undefined;
    this.#stored.each({ kind: blockKinds.processor, lane }, from, until, undefined, (spans, i) => {
      if (shows(spans, i, sought)) start = spans.starts[i]!;
      return start === undefined;
    });
    return start;
  }

  /** As long as the goroutine stays there. */
  #follow(sought: Sought, lane: number, from: number, until: number): WakeStretch {
    let begin: number | undefined;
    let end = until;
    this.#stored.each({ kind: blockKinds.processor, lane }, from, until, undefined, (spans, i) => {
      const isThere = shows(spans, i, sought);
      if (isThere) {
        begin ??= Math.max(from, spans.starts[i]!);
        end = Math.min(until, spans.ends[i]!);
      }
      return isThere || begin === undefined;
    });
    return { lane, from: begin ?? from, until: end };
  }
}
