import type { StackFrame } from '#common/analyses/goroutine-results.ts';
import type { TimelineSamples } from '#common/analyses/timeline-details.ts';
import { Failure, isCancelled } from '#common/errors.ts';
import { stackIx, type StackIx } from '#common/ids.ts';
import type { LanePicture } from '#common/timeline/lane-picture.ts';
import { stackTrack, type StackSample, type StackTrack } from '#common/timeline/stack-track.ts';
import { traceNs } from '#common/units.ts';
import type { TraceState } from '../../state/trace.svelte.ts';

const mostStackRows = 8;
const stacksAtOnce = 500;
const mostKept = 20_000;
const mostTracks = 100;

interface Known {
  readonly picture: LanePicture;
  readonly samples: TimelineSamples | undefined;
  readonly arrivals: number;
  readonly track: StackTrack;
}

/** The call stacks of goroutines over time; frames are fetched as they come into view, many at once. */
export class StackTracks {
  /** Grows with whatever has come. */
  arrivals = $state(0);

  readonly #trace: TraceState;
  readonly #gone = new AbortController();
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- `arrivals` tells of changes
  readonly #frames = new Map<StackIx, readonly StackFrame[]>();
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  readonly #missing = new Set<StackIx>();
  /** As last asked for. */
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  readonly #known = new Map<number, Known>();
  #isAsking = false;

  constructor(trace: TraceState) {
    this.#trace = trace;
  }

  /** `undefined` where spans are too many to be told apart. */
  of(goroutine: number, picture: LanePicture, samples: TimelineSamples | undefined): StackTrack | undefined {
    if (picture.form !== 'spans') return undefined;
    const { arrivals } = this;
    const known = this.#known.get(goroutine);
    if (known?.picture === picture && known.samples === samples && known.arrivals === arrivals)
      return known.track;
    const track = stackTrack(
      {
        spans: picture.spans,
        samples: samplesOf(goroutine, samples),
        framesOf: (stack) => this.#framesOf(stack),
      },
      mostStackRows,
    );
    if (this.#known.size > mostTracks) this.#known.clear();
    this.#known.set(goroutine, { picture, samples, arrivals, track });
    return track;
  }

  leave(): void {
    this.#gone.abort();
  }

  #framesOf(stack: StackIx): readonly StackFrame[] | undefined {
    if (stack === 0) return undefined;
    const frames = this.#frames.get(stack);
    if (frames === undefined) {
      this.#missing.add(stack);
      if (!this.#isAsking) {
        this.#isAsking = true;
        // Together with all others that the picture lacks.
        queueMicrotask(() => void this.#ask());
      }
    }
    return frames;
  }

  async #ask(): Promise<void> {
    try {
      while (this.#missing.size > 0) {
        const stacks = [...this.#missing].slice(0, stacksAtOnce);
        const { trace } = this.#trace.opened;
        const answer = await this.#trace.caller.call(
          'stacks.many',
          { trace, stacks },
          { signal: this.#gone.signal },
        );
        if (this.#frames.size > mostKept) this.#frames.clear();
        stacks.forEach((stack, at) => {
          this.#frames.set(stack, answer.stacks[at] ?? []);
          this.#missing.delete(stack);
        });
        this.arrivals += 1;
      }
    } catch (error) {
      if (!isCancelled(error) && !(error instanceof Failure)) throw error;
      this.#missing.clear();
    } finally {
      this.#isAsking = false;
    }
  }
}

function samplesOf(goroutine: number, samples: TimelineSamples | undefined): readonly StackSample[] {
  if (samples?.kind !== 'samples') return [];
  const own: StackSample[] = [];
  for (let i = 0; i < samples.times.length; i++)
    if (samples.goroutines[i] === goroutine && samples.stacks[i] !== 0)
      own.push({ at: traceNs(samples.times[i]!), stack: stackIx(samples.stacks[i]!) });
  return own;
}
