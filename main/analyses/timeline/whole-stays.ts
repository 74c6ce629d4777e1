/** Stays are stored in pieces: each ends where its generation does, or a block of its goroutine's spans. */
import { spanStates } from '#common/goroutine-state.ts';
import type { PackedSpan } from '#common/span-chunk.ts';
import type { StayPiece } from '#common/span-sums.ts';
import type { TraceReader } from '#db/reader.ts';
import { storedSpans } from '../goroutine-spans.ts';

export const longestFirst = (a: StayPiece, b: StayPiece): number =>
  b.until - b.from - (a.until - a.from) || a.from - b.from || a.goroutine - b.goroutine;

/** Collects pieces; of those that are whole stays only such as may be among the longest. */
export class LongestPieces {
  readonly #most: number;
  readonly #cut: StayPiece[] = [];
  #whole: StayPiece[] = [];
  #bar = 0;

  constructor(most: number) {
    this.#most = most;
  }

  add(pieces: readonly StayPiece[]): void {
    for (const piece of pieces)
      if (piece.isPiece) this.#cut.push(piece);
      else if (piece.until - piece.from >= this.#bar) this.#whole.push(piece);
    if (this.#whole.length >= this.#most * 2) this.#drop();
  }

  #drop(): void {
    this.#whole = this.#whole.sort(longestFirst).slice(0, this.#most);
    const last = this.#whole.at(-1)!;
    this.#bar = last.until - last.from;
  }

  get pieces(): readonly StayPiece[] {
    return [...this.#whole, ...this.#cut];
  }
}

const syscalls = [spanStates.indexOf('Syscall'), spanStates.indexOf('BlockedSyscall')];
const isSyscall = (state: number): boolean => syscalls.includes(state);

type What = Pick<PackedSpan, 'state' | 'reason' | 'stack'>;

/** Spans of the same stay, if they follow each other. The two kinds of system call are one stay. */
const isSame = (a: What, b: What): boolean =>
  (a.state === b.state && a.reason === b.reason && a.stack === b.stack) ||
  (isSyscall(a.state) && isSyscall(b.state));

/** Pieces that were only cut where a generation or a block ends are one stay. */
export function joined(pieces: readonly StayPiece[]): StayPiece[] {
  const found = pieces.filter(({ isPiece }) => !isPiece);
  const cut = pieces
    .filter(({ isPiece }) => isPiece)
    .sort((a, b) => a.goroutine - b.goroutine || a.from - b.from);
  let last: StayPiece | undefined;
  for (const piece of cut) {
    const joins = last?.goroutine === piece.goroutine && last.until === piece.from && isSame(last, piece);
    if (joins) found.pop();
    last = joins ? { ...last!, until: piece.until } : piece;
    found.push(last);
  }
  return found;
}

/** With what lies in generations that were not looked at, or where other stays were longer. */
export function whole(reader: TraceReader, stay: StayPiece, traceEnd: number): StayPiece {
  if (!stay.isPiece) return stay;
  const begun = beginning(reader, stay);
  return { ...begun, until: stay.until >= traceEnd ? stay.until : ending(reader, stay) };
}

/** Only as far as the stay reaches its spans are read: twice as far each time. */
function beginning(reader: TraceReader, stay: StayPiece): StayPiece {
  let { from, stack } = stay;
  for (let reach = 1; from > 0; reach = Math.max(reach * 2, stay.from - from)) {
    const before = from;
    const spans = storedSpans(reader, stay.goroutine, from - reach, from);
    for (let span = spans.pop(); ; span = spans.pop()) {
      if (!span) break;
      if (span.end !== from || !isSame(span, stay)) return { ...stay, from, stack };
      ({ start: from, stack } = span);
    }
    if (from === before) break;
  }
  return { ...stay, from, stack };
}

function ending(reader: TraceReader, stay: StayPiece): number {
  let { until } = stay;
  for (let reach = 1; ; reach = Math.max(reach * 2, until - stay.until)) {
    const before = until;
    for (const span of storedSpans(reader, stay.goroutine, until, until + reach)) {
      if (span.start !== until || !isSame(span, stay)) return until;
      until = span.end;
    }
    if (until === before) return until;
  }
}
