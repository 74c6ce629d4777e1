import type { BucketLane, ExactLane, StateCounts } from '#common/analyses/timeline-results.ts';
import { Failure, isCancelled } from '#common/errors.ts';
import { stateClasses } from '#common/goroutine-state.ts';
import { nameIx } from '#common/ids.ts';
import { lanePicture, laneSums, type LanePicture } from '#common/timeline/lane-picture.ts';
import { requestsFor, TileQueue, type TileRequest } from '#common/timeline/tile-requests.ts';
import {
  levelOf,
  TileCache,
  tileBuckets,
  tileFrom,
  tilesOf,
  tileUntil,
  type LaneKey,
  type LaneTile,
  type TileNames,
} from '#common/timeline/tiles.ts';
import type { TimeWindow } from '#common/timeline/time-window.ts';
import { traceNs } from '#common/units.ts';
import type { TraceState } from '../state/trace.svelte.ts';

/** About 75 MB when all are in buckets. */
const mostTiles = 2000;

const mostPictures = 300;

interface Shown {
  readonly window: TimeWindow;
  readonly width: number;
  readonly arrivals: number;
  readonly picture: LanePicture;
}

const laneKinds = { p: 'processor', t: 'thread', g: 'goroutine', c: 'collector' } as const;
const numberOf = (lane: LaneKey): number => Number(lane.slice(1));

/** The tiles of all lanes, asked for as they come into view. */
export class LaneTiles {
  /** Grows with whatever has come, for those who draw. */
  arrivals = $state(0);
  failure = $state.raw<Failure>();

  readonly #trace: TraceState;
  readonly #cache = new TileCache(mostTiles);
  /** As last asked for: whoever draws, points and explains asks for the same. */
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- `arrivals` tells of changes
  readonly #pictures = new Map<LaneKey, Shown>();
  readonly #queue = new TileQueue((request, signal) => this.#ask(request, signal));

  constructor(trace: TraceState) {
    this.#trace = trace;
  }

  get idle(): boolean {
    return this.#queue.idle;
  }

  /** Without `nearby` only what is in view. */
  want(window: TimeWindow, width: number, lanes: readonly LaneKey[], nearby?: readonly LaneKey[]): void {
    if (width <= 0) return;
    const durationNs = this.#trace.facts?.durationNs ?? 0;
    const { revision } = this.#trace;
    const requests = requestsFor(
      { window, width, durationNs, lanes, ...(nearby ? { nearby } : {}) },
      (lane, place) => this.#cache.suffices(lane, place, revision),
    );
    this.#queue.want(requests);
  }

  picture(lane: LaneKey, window: TimeWindow, width: number): LanePicture {
    const { arrivals } = this;
    const durationNs = this.#trace.facts?.durationNs ?? 0;
    const known = this.#pictures.get(lane);
    if (known?.window === window && known.width === width && known.arrivals === arrivals)
      return known.picture;
    const places = tilesOf(window, levelOf(window, width), durationNs);
    const picture = lanePicture(lane, this.#cache.pieces(lane, places), window, width);
    if (this.#pictures.size > mostPictures) this.#pictures.clear();
    this.#pictures.set(lane, { window, width, arrivals, picture });
    return picture;
  }

  /** Time by class of states over some lanes in a stretch, from the tiles that are here; exact where these hold spans. */
  sumsOf(
    lanes: readonly LaneKey[],
    stretch: TimeWindow,
  ): { readonly ns: Float64Array; readonly isExact: boolean } {
    const ns = new Float64Array(stateClasses.length);
    let isExact = this.arrivals > 0;
    const columns = 1000;
    const durationNs = this.#trace.facts?.durationNs ?? 0;
    for (const lane of lanes) {
      const pieces = this.#cache.pieces(lane, tilesOf(stretch, levelOf(stretch, columns), durationNs));
      isExact &&= pieces.every(({ tile }) => tile.kind === 'exact');
      const whole = laneSums(lane, pieces, stretch);
      for (const [at, value] of whole.entries()) ns[at] = ns[at]! + value;
    }
    return { ns, isExact };
  }

  leave(): void {
    this.#queue.stop();
  }

  async #ask(request: TileRequest, signal: AbortSignal): Promise<void> {
    const { revision, reading, facts } = this.#trace;
    // What lies before the end of what was read does not change any more.
    const settledUntil = reading ? (facts?.durationNs ?? 0) : Infinity;
    try {
      const tiles = await this.#fetch(request, signal);
      if (signal.aborted) return;
      for (const [at, lane] of request.lanes.entries())
        this.#cache.put(lane, request, tiles[at]!, revision, tileUntil(request) <= settledUntil);
      this.failure = undefined;
      this.arrivals += 1;
    } catch (error) {
      if (isCancelled(error)) return;
      if (!(error instanceof Failure)) throw error;
      this.failure = error;
    }
  }

  async #fetch(request: TileRequest, signal: AbortSignal): Promise<readonly LaneTile[]> {
    const window = {
      trace: this.#trace.opened.trace,
      from: traceNs(tileFrom(request)),
      until: traceNs(tileUntil(request)),
      columns: tileBuckets,
    };
    if (request.about === 'groups') {
      const of = request.lanes.map((lane) => ({ kind: 'group' as const, group: nameIx(numberOf(lane)) }));
      const { counts } = await this.#trace.caller.call('timeline.counts', { ...window, of }, { signal });
      return counts.map(groupTile);
    }
    const lanes = request.lanes.map((lane) => ({
      kind: laneKinds[lane[0] as keyof typeof laneKinds],
      id: numberOf(lane),
    }));
    const answer = await this.#trace.caller.call('timeline.window', { ...window, lanes }, { signal });
    const names: TileNames = {
      reasons: answer.reasonNames,
      goroutines: answer.goroutineNames,
      leaves: answer.leaves,
    };
    return answer.lanes.map((lane) => laneTile(lane, answer.buckets, names));
  }
}

const groupTile = ({ level, first, states, ns }: StateCounts): LaneTile => ({
  kind: 'buckets',
  level,
  first,
  states,
  ns,
});

const laneTile = (
  lane: ExactLane | BucketLane,
  { level, first }: { readonly level: number; readonly first: number },
  names: TileNames,
): LaneTile =>
  lane.kind === 'exact'
    ? { kind: 'exact', lane, names }
    : { kind: 'buckets', level, first, states: lane.states, ns: lane.ns };
