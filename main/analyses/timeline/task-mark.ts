import type { TaskMark } from '#common/analyses/timeline-details.ts';
import type { TraceReader } from '#db/reader.ts';
import type { StoredTask } from '#db/task-reader.ts';

export const taskMark = ({ id, nameIx, startNs, endNs }: StoredTask, names: Names): TaskMark => ({
  id: String(id),
  name: names.get(nameIx),
  fromNs: startNs ?? NaN,
  untilNs: endNs ?? NaN,
});

/** For the time of one question. */
export class Names {
  readonly #reader: TraceReader;
  readonly #known = new Map<number, string>();

  constructor(reader: TraceReader) {
    this.#reader = reader;
  }

  get(ix: number): string {
    const name = this.#known.get(ix) ?? this.#reader.name(ix);
    this.#known.set(ix, name);
    return name;
  }
}
