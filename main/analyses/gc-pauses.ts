import type { GcPauseKind } from '#common/analyses/gc-analysis.ts';
import { durNs } from '#common/units.ts';

/** Pauses of each kind: how long they were, as far as they lie in the window. */
export class PauseKinds {
  readonly #lengths = new Map<string, number[]>();

  add(kind: string, length: number): void {
    const known = this.#lengths.get(kind);
    if (known) known.push(length);
    else this.#lengths.set(kind, [length]);
  }

  /** The longest in all first. */
  rows(): readonly GcPauseKind[] {
    return [...this.#lengths]
      .map(([kind, lengths]) => kindRow(kind, Float64Array.from(lengths).sort()))
      .sort((a, b) => b.totalNs - a.totalNs || (a.kind < b.kind ? -1 : 1));
  }
}

function kindRow(kind: string, sorted: Float64Array): GcPauseKind {
  return {
    kind,
    count: sorted.length,
    totalNs: durNs(sorted.reduce((sum, length) => sum + length, 0)),
    p50Ns: durNs(atShare(sorted, 0.5)),
    p99Ns: durNs(atShare(sorted, 0.99)),
    maxNs: durNs(sorted.at(-1)!),
  };
}

/** The shortest that at least this share of all do not exceed. */
const atShare = (sorted: Float64Array, share: number): number =>
  sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)]!;
