/** Which tiles are asked for, and when: what is seen before what may be seen next, the newest wish before older ones. */
import { lengthOf, type TimeWindow } from './time-window.ts';
import { levelOf, tileLength, tilesOf, type LaneKey, type TilePlace } from './tiles.ts';

/** Some lanes of one tile; all of one kind of question. */
export interface TileRequest extends TilePlace {
  readonly about: 'lanes' | 'groups';
  readonly lanes: readonly LaneKey[];
}

const mostLanes = 24;
const groupsFirst: LaneKey = 'f0';

export const aboutOf = (lane: LaneKey): TileRequest['about'] =>
  lane[0] === groupsFirst[0] ? 'groups' : 'lanes';

export interface Wanted {
  readonly window: TimeWindow;
  /** CSS pixels. */
  readonly width: number;
  readonly durationNs: number;
  /** Those in view, from the top. */
  readonly lanes: readonly LaneKey[];
  /** Those just out of view. Absent: nothing but what is in view is asked for. */
  readonly nearby?: readonly LaneKey[];
}

/**
 * Everything that is not there yet: first the tiles of the window for the lanes in view, from its middle outwards, then those of
 * lanes nearby, then half a window to both sides. Never tiles of another level, nor beyond that.
 */
export function requestsFor(
  wanted: Wanted,
  suffices: (lane: LaneKey, place: TilePlace) => boolean,
): TileRequest[] {
  const { window, width, durationNs, lanes, nearby } = wanted;
  const level = levelOf(window, width);
  const middle = (window.from + window.until) / 2 / tileLength(level) - 0.5;
  const seen = tilesOf(window, level, durationNs).sort(
    (a, b) => Math.abs(a.index - middle) - Math.abs(b.index - middle),
  );
  const missing = (places: readonly TilePlace[], of: readonly LaneKey[]): TileRequest[] =>
    places.flatMap((place) =>
      inRequests(
        place,
        of.filter((lane) => !suffices(lane, place)),
      ),
    );
  if (!nearby) return missing(seen, lanes);
  const half = lengthOf(window) / 2;
  const around = tilesOf(
    { from: (window.from - half) as TimeWindow['from'], until: (window.until + half) as TimeWindow['until'] },
    level,
    durationNs,
  ).filter(({ index }) => !seen.some((place) => place.index === index));
  return [...missing(seen, lanes), ...missing(seen, nearby), ...missing(around, lanes)];
}

function inRequests(place: TilePlace, lanes: readonly LaneKey[]): TileRequest[] {
  const requests: TileRequest[] = [];
  for (const about of ['lanes', 'groups'] as const) {
    const some = lanes.filter((lane) => aboutOf(lane) === about);
    for (let at = 0; at < some.length; at += mostLanes)
      requests.push({ ...place, about, lanes: some.slice(at, at + mostLanes) });
  }
  return requests;
}

const overlaps = (a: TileRequest, b: TileRequest): boolean =>
  a.level === b.level && a.index === b.index && a.lanes.some((lane) => b.lanes.includes(lane));

interface Flight {
  readonly request: TileRequest;
  readonly call: AbortController;
}

/** Keeps a few questions under way. What nobody wants any more is cancelled; what is under way is not asked again. */
export class TileQueue {
  readonly #ask: (request: TileRequest, signal: AbortSignal) => Promise<void>;
  readonly #most: number;
  #flights: readonly Flight[] = [];
  #waiting: readonly TileRequest[] = [];

  /** `ask` puts what has come where it belongs, and settles in any case. */
  constructor(ask: (request: TileRequest, signal: AbortSignal) => Promise<void>, most = 2) {
    this.#ask = ask;
    this.#most = most;
  }

  get idle(): boolean {
    return this.#flights.length === 0;
  }

  want(requests: readonly TileRequest[]): void {
    for (const { request, call } of this.#flights)
      if (!requests.some((wanted) => overlaps(wanted, request))) call.abort();
    this.#flights = this.#flights.filter(({ call }) => !call.signal.aborted);
    this.#waiting = requests.flatMap((request) => {
      const lanes = request.lanes.filter((lane) => !this.#isUnderWay(request, lane));
      return lanes.length > 0 ? [{ ...request, lanes }] : [];
    });
    this.#fill();
  }

  #isUnderWay({ level, index }: TilePlace, lane: LaneKey): boolean {
    return this.#flights.some(
      ({ request }) => request.level === level && request.index === index && request.lanes.includes(lane),
    );
  }

  stop(): void {
    this.want([]);
  }

  #fill(): void {
    while (this.#flights.length < this.#most) {
      const [next, ...others] = this.#waiting;
      if (!next) return;
      this.#waiting = others;
      void this.#fly(next);
    }
  }

  async #fly(request: TileRequest): Promise<void> {
    const flight = { request, call: new AbortController() };
    this.#flights = [...this.#flights, flight];
    await this.#ask(request, flight.call.signal);
    this.#flights = this.#flights.filter((one) => one !== flight);
    this.#fill();
  }
}
