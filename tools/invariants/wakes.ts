/**
 * Who made goroutines runnable, as it is stored and as `timeline.links` tells it, must be what the trace's events say: for each of them, and
 * for random stays whom the goroutine woke, and what its waker did.
 */
import type { SpanLinks, Wake } from '#common/analyses/timeline-details.ts';
import { blockKinds } from '#common/lane-kinds.ts';
import { unpackParts } from '#common/lane-rows.ts';
import { goId, traceKey } from '#common/ids.ts';
import { unpackAll, unpackBlock, wakerOf, type PackedSpan } from '#common/span-chunk.ts';
import { traceNs } from '#common/units.ts';
import { analysisCore } from '#core-wasm/host/analysis-core.ts';
import { openGoroutineTable } from '#core-wasm/host/goroutine-table.ts';
import { TraceReader } from '#db/reader.ts';
import { allPlainSpans } from '#main/analyses/plain-life.ts';
import { createAnalysisHandlers, type OpenAnalyses } from '#main/analyses/handlers.ts';
import { ProcessorPlaces } from '#main/analyses/timeline/processor-places.ts';
import { isOneStay } from '#main/analyses/timeline/stored-stays.ts';
import { readTrace, type GoroutineTransition } from '#main/reader/read-trace.ts';
import { randomNumbers } from './random-numbers.ts';

const trace = traceKey('t');
const context = { signal: new AbortController().signal, report: () => undefined };
const samples = 60;
const mostWakes = 100;
/** From here on, old traces have processors that are none: timers, the network poller and the like. */
const firstPseudoProcessor = 1_000_000;
const mostComplaints = 20;

/** What the events say. */
interface Event {
  readonly at: number;
  readonly goroutine: number;
  readonly kind: 'unblock' | 'create';
  readonly by: number | undefined;
  readonly processor: number | undefined;
  /** Old traces have the network poller in its place. */
  readonly isLost: boolean;
}

/** A goroutine's states in order of time, from its first event on. */
interface Step {
  readonly at: number;
  readonly to: string;
}

class Events {
  readonly wakes: Event[] = [];
  /** Wakes, and goroutines created to wait at once. */
  readonly done: Event[] = [];
  readonly steps = new Map<number, Step[]>();

  take(event: GoroutineTransition): void {
    const { from, to } = event;
    if (from === to) return;
    const goroutine = Number(event.subjectGoroutine);
    const at = Number(event.timeNs);
    const steps = this.steps.get(goroutine);
    if (steps) steps.push({ at, to });
    else this.steps.set(goroutine, [{ at, to: from === 'NotExist' ? to : 'Announced' }]);
    const isWake = to === 'Runnable' && (from === 'NotExist' || from === 'Waiting');
    if (!isWake && (from !== 'NotExist' || to !== 'Waiting')) return;
    const processor = event.processor === null ? undefined : Number(event.processor);
    const own: Event = {
      at,
      goroutine,
      kind: from === 'NotExist' ? 'create' : 'unblock',
      by: event.goroutine === null ? undefined : Number(event.goroutine),
      ...(processor !== undefined && processor >= firstPseudoProcessor
        ? { processor: undefined, isLost: event.goroutine !== null }
        : { processor, isLost: false }),
    };
    if (isWake) this.wakes.push(own);
    this.done.push(own);
  }
}

/** Sentences about what does not hold; none where everything does. */
export async function wakeComplaints(databasePath: string, data: Uint8Array): Promise<readonly string[]> {
  const events = new Events();
  for await (const event of readTrace(data, { stacks: false }))
    if (event.kind === 'StateTransition' && event.subjectGoroutine !== undefined) events.take(event);
  const analyses = createAnalysisHandlers(databasePath, { sizeBytes: 0 }, analysisCore);
  const reader = new TraceReader(databasePath);
  try {
    const complaints = storedComplaints(reader, events);
    if (complaints.length < mostComplaints) await new LinksCheck(analyses, events, complaints).run();
    return complaints.slice(0, mostComplaints);
  } finally {
    reader.close();
    analyses.close();
  }
}

const told = (by: number | undefined, processor: number | undefined): string =>
  `by ${by ?? 'none'} on ${processor ?? 'none'}`;

/** Every wake of the trace, against what is stored. */
function storedComplaints(reader: TraceReader, { wakes }: Events): string[] {
  const stored = storedWakes(reader);
  const complaints: string[] = [];
  for (const { goroutine, at, by, processor, isLost } of wakes) {
    const key = `${goroutine} at ${at}`;
    const right = told(by, processor);
    const own = stored.get(key);
    stored.delete(key);
    const isRight = isLost ? own?.startsWith(`by ${by} on `) : own === right;
    if (!isRight) complaints.push(`${key} is woken ${right}, stored is ${own ?? 'nothing'}`);
  }
  for (const [key, own] of stored) complaints.push(`${key} is stored as woken ${own}, but no event says so`);
  return complaints;
}

function storedWakes(reader: TraceReader): Map<string, string> {
  const places = new ProcessorPlaces(reader);
  const found = new Map<string, string>();
  const add = (goroutine: number, at: number, by: number | undefined, lane: number | undefined): void => {
    found.set(`${goroutine} at ${at}`, told(by, lane === undefined ? undefined : places.idOf(lane)));
  };
  const table = openGoroutineTable(reader);
  for (const life of table.all()) {
    if (!life.isPlain) continue;
    const [first] = allPlainSpans(life);
    const { creatorId, creationNs, id } = life;
    if (creatorId === null) add(id, creationNs, undefined, wakerOf(first!.waker!).lane);
    else add(id, creationNs, creatorId, places.laneOfActor(creatorId, creationNs));
  }
  for (const [goroutine, spans] of storedSpans(reader))
    spans.forEach(({ waker, start, ...span }, i) => {
      const before = spans[i - 1];
      const goesOn = before?.end === start && before.waker === waker && isOneStay(before, span);
      if (waker === undefined || goesOn) return;
      const { lane, isGoroutine } = wakerOf(waker);
      add(goroutine, start, isGoroutine ? places.actorAt(lane!, start) : undefined, lane);
    });
  return found;
}

/** With empty ones, by goroutine. */
function storedSpans(reader: TraceReader): Map<number, PackedSpan[]> {
  const table = openGoroutineTable(reader);
  const ids = [...table.all()].map(({ id }) => id);
  const all = new Map<number, PackedSpan[]>(ids.map((id) => [id, []]));
  for (const generation of reader.spanSums()) {
    for (const { ix, baseNs } of reader.spanChunkFacts(generation, -Infinity, Infinity)) {
      const spans = reader.spansOfChunk(ix);
      for (const { goroutine, offset, length, start } of table.wakes.streams(spans, baseNs, ids))
        all.get(goroutine)!.push(...unpackAll(spans, offset, length, start));
    }
  }
  for (const id of ids) {
    const lane = { kind: blockKinds.goroutine, lane: id, level: 0 };
    for (const row of reader.laneBlocks(lane, -1, Number.MAX_SAFE_INTEGER))
      for (const { data, startNs } of unpackParts(row.data, row.startNs))
        all.get(id)!.push(...unpackBlock(data, startNs));
    all.get(id)!.sort((a, b) => a.start - b.start || a.end - b.end);
  }
  return all;
}

/** Answers, against what the events say. */
class LinksCheck {
  readonly #analyses: OpenAnalyses;
  readonly #events: Events;
  readonly #complaints: string[];
  readonly #random = randomNumbers();

  constructor(analyses: OpenAnalyses, events: Events, complaints: string[]) {
    this.#analyses = analyses;
    this.#events = events;
    this.#complaints = complaints;
  }

  async run(): Promise<void> {
    const { wakes } = this.#events;
    for (let i = 0; i < Math.min(samples, wakes.length); i++) {
      const wake =
        wakes.length <= samples ? wakes[i]! : wakes[Math.floor(this.#random.next().value! * wakes.length)]!;
      await this.#checkWoken(wake);
      if (wake.by !== undefined) await this.#checkWaker(wake.by, wake.at);
    }
  }

  async #ask(goroutine: number, at: number): Promise<SpanLinks | undefined> {
    const links = await this.#analyses['timeline.links'](
      { trace, goroutine: goId(goroutine), at: traceNs(at) },
      context,
    );
    return links.stay.fromNs <= at && at < links.stay.untilNs ? links : undefined;
  }

  #complain(sentence: string): void {
    this.#complaints.push(sentence);
  }

  #compare(what: string, wake: Wake | undefined, right: Event | undefined): void {
    const own =
      wake && `${wake.kind} of ${wake.goroutine.id} at ${wake.atNs} ${told(wake.by?.id, wake.processor)}`;
    const processor = right?.isLost ? wake?.processor : right?.processor;
    const expected =
      right && `${right.kind} of ${right.goroutine} at ${right.at} ${told(right.by, processor)}`;
    if (own !== expected)
      this.#complain(`${what} is told as ${own ?? 'none'} instead of ${expected ?? 'none'}`);
  }

  async #checkWoken(right: Event): Promise<void> {
    const { goroutine, at } = right;
    const after = await this.#ask(goroutine, at);
    if (after?.stay.stateClass === 'runnable')
      this.#compare(`the wake of ${goroutine} at ${at}`, after.wake, right);
    if (right.kind === 'create') {
      if (after) this.#compare(`the creation of ${goroutine}`, after.creation, right);
      return;
    }
    const wait = await this.#ask(goroutine, at - 1);
    if (!wait) return;
    this.#compare(`the end of the wait of ${goroutine} at ${at}`, wait.wake, right);
    this.#checkNext(wait);
    this.#checkWakerStay(wait, right);
  }

  /** The longest stay of the waker within the wait. */
  #checkWakerStay({ stay, wakerStay }: SpanLinks, { by, at }: Event): void {
    const steps = by === undefined ? [] : (this.#events.steps.get(by) ?? []);
    if (steps[0]?.to === 'Announced' && (steps[1]?.at ?? at) <= at) return;
    const lengths = steps.flatMap((step, i) => {
      const end = steps[i + 1]?.at ?? Infinity;
      const counts = step.to !== 'Running' && step.to !== 'NotExist' && step.at >= stay.fromNs && end <= at;
      return counts ? [end - step.at] : [];
    });
    const right = Math.max(0, ...lengths);
    const own = wakerStay ? wakerStay.untilNs - wakerStay.fromNs : 0;
    if (own !== right)
      this.#complain(`the longest stay of ${by ?? '?'} before ${at} has ${own} ns instead of ${right} ns`);
  }

  #checkNext({ goroutine: { id }, stay, next }: SpanLinks): void {
    const wait = this.#events.steps.get(id)!.find((step) => step.at > stay.untilNs && step.to === 'Waiting');
    const right = this.#events.done.find(
      ({ by, at }) => by === id && at > stay.untilNs && at <= (wait?.at ?? Infinity),
    );
    this.#compare(`what ${id} wakes after ${stay.untilNs}`, next, right);
  }

  /** All whom a goroutine woke in one stay. */
  async #checkWaker(by: number, at: number): Promise<void> {
    const links = await this.#ask(by, at - 1);
    if (!links) return;
    const { fromNs, untilNs } = links.stay;
    const right = this.#events.done.filter(
      (event) => event.by === by && event.at > fromNs && event.at <= untilNs,
    );
    if (links.wakeCount !== right.length)
      this.#complain(`${by} woke ${right.length} from ${fromNs} on, told are ${links.wakeCount}`);
    for (const [i, event] of right.slice(0, mostWakes).entries()) {
      const wake = links.wakes[i];
      this.#compare(`what ${by} woke at ${event.at}`, wake, event);
      const isEnded = wake?.ended?.untilNs === event.at && this.#beginsAt(event.goroutine, wake.ended.fromNs);
      if (event.kind === 'unblock' && !isEnded)
        this.#complain(`the wait of ${event.goroutine} up to ${event.at} is told wrongly`);
    }
  }

  #beginsAt(goroutine: number, at: number): boolean {
    const steps = this.#events.steps.get(goroutine)!;
    return steps.some((step) => step.at === at) || steps[0]!.at >= at;
  }
}
