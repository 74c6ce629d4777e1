import { SvelteMap } from 'svelte/reactivity';
import type {
  GoroutineMarks,
  RegionMark,
  TaskMark,
  TimelineSamples,
} from '#common/analyses/timeline-details.ts';
import { goId } from '#common/ids.ts';
import type { LanePicture } from '#common/timeline/lane-picture.ts';
import { stackRowHeight } from '#common/timeline/stack-drawing.ts';
import type { StackTrack } from '#common/timeline/stack-track.ts';
import type { LaneKey } from '#common/timeline/tiles.ts';
import type { TimeWindow } from '#common/timeline/time-window.ts';
import type { TraceState } from '../../state/trace.svelte.ts';
import { markRowHeight } from '../../timeline/mark-drawing.ts';
import { WindowFetch } from '../../timeline/window-fetch.svelte.ts';
import { StackTracks } from './stack-tracks.svelte.ts';

const mostMarks = 2000;

/** How many rows stand below an unfolded goroutine: its tasks, its regions by depth, its stacks. */
export interface LaneParts {
  readonly tasks: number;
  readonly regions: number;
  readonly stacks: number;
}

const noParts: LaneParts = { tasks: 0, regions: 0, stacks: 0 };

/** Tasks, regions, logs and stacks of the goroutines that are unfolded. */
export class LaneDetails {
  readonly #fetch: WindowFetch<readonly GoroutineMarks[]>;
  readonly #tracks: StackTracks;
  #lanes: readonly LaneKey[] = [];
  /** Rows never go away again while one looks at a goroutine, or the lanes below would jump. */
  readonly #parts = new SvelteMap<LaneKey, LaneParts>();

  constructor(trace: TraceState) {
    this.#tracks = new StackTracks(trace);
    this.#fetch = new WindowFetch(async ({ window }, signal) => {
      const goroutines = this.#lanes.map((lane) => goId(Number(lane.slice(1))));
      const answer = await trace.caller.call(
        'timeline.marks',
        { trace: trace.opened.trace, goroutines, ...window, most: mostMarks },
        { signal },
      );
      for (const { goroutine, tasks, regions } of answer.goroutines)
        this.makeRoom(`g${goroutine}`, {
          tasks: Math.min(tasks.length, 1),
          regions: Math.max(0, ...regions.map(({ depth }) => depth + 1)),
        });
      return answer.goroutines;
    });
  }

  want(
    lanes: readonly LaneKey[],
    window: TimeWindow,
    width: number,
    bounds: TimeWindow,
    revision: number,
  ): void {
    this.#lanes = lanes;
    if (lanes.length > 0) this.#fetch.want(window, width, bounds, revision, lanes.join());
  }

  /** At least so many rows, from now on. */
  makeRoom(lane: LaneKey, parts: Partial<LaneParts>): void {
    const before = this.#parts.get(lane) ?? noParts;
    const after: LaneParts = {
      tasks: Math.max(before.tasks, parts.tasks ?? 0),
      regions: Math.max(before.regions, parts.regions ?? 0),
      stacks: Math.max(before.stacks, parts.stacks ?? 0),
    };
    if (!this.#parts.has(lane) || JSON.stringify(after) !== JSON.stringify(before))
      this.#parts.set(lane, after);
  }

  partsOf(lane: LaneKey): LaneParts {
    return this.#parts.get(lane) ?? noParts;
  }

  marksOf(lane: LaneKey): GoroutineMarks | undefined {
    return this.#fetch.answer?.find(({ goroutine }) => `g${goroutine}` === lane);
  }

  /** `undefined` where spans are too many to be told apart. */
  stacksOf(
    lane: LaneKey,
    picture: LanePicture,
    samples: TimelineSamples | undefined,
  ): StackTrack | undefined {
    return this.#tracks.of(Number(lane.slice(1)), picture, samples);
  }

  /** How much taller the rows make a lane. */
  height(lane: LaneKey): number {
    const { tasks, regions, stacks } = this.partsOf(lane);
    return Math.max(1, tasks + regions) * markRowHeight + Math.max(1, stacks) * stackRowHeight + 3;
  }

  /** What the rows below a lane are, with their places below its bars. */
  captions(lane: LaneKey): readonly { readonly text: string; readonly y: number }[] {
    const { tasks, regions } = this.partsOf(lane);
    const [task] = this.marksOf(lane)?.tasks ?? [];
    const captions: { text: string; y: number }[] = [];
    if (tasks > 0) captions.push({ text: task ? `task ${task.id}` : 'task', y: 0 });
    if (regions > 0) captions.push({ text: 'regions', y: tasks * markRowHeight });
    if (captions.length === 0) captions.push({ text: 'no tasks or regions', y: 0 });
    captions.push({ text: 'stacks', y: Math.max(1, tasks + regions) * markRowHeight });
    return captions;
  }

  /** The task and the innermost region that a goroutine was in all the time, where it is unfolded. */
  around(
    lane: LaneKey,
    from: number,
    until: number,
  ): { readonly task?: TaskMark; readonly region?: RegionMark } {
    const marks = this.marksOf(lane);
    if (!marks) return {};
    const isAround = (mark: { readonly fromNs: number; readonly untilNs: number }): boolean =>
      !(mark.fromNs > from) && !(mark.untilNs < until);
    const region = marks.regions.filter(isAround).sort((a, b) => b.depth - a.depth)[0];
    const task = marks.tasks.find(({ id }) => id === region?.task) ?? marks.tasks.find(isAround);
    return { ...(task ? { task } : {}), ...(region ? { region } : {}) };
  }

  leave(): void {
    this.#fetch.leave();
    this.#tracks.leave();
  }
}
