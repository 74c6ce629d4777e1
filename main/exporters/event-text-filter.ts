/** Texts that are looked for in events. Each string and each stack of a generation is looked at once. */
import { metricNames, wireEventByType } from '#common/trace-format/event-table.ts';
import type { EventSource } from './event-source.ts';

export class TextFilter {
  readonly #source: EventSource;
  readonly #text: string | undefined;
  readonly #stackText: string | undefined;
  readonly #types: readonly boolean[];
  readonly #decoder = new TextDecoder();
  readonly #texts = new Map<number, boolean>();
  readonly #stacks = new Map<number, boolean>();

  constructor(source: EventSource, text: string | undefined, stackText: string | undefined) {
    this.#source = source;
    this.#text = text?.toLowerCase();
    this.#stackText = stackText?.toLowerCase();
    const has = (type: number): boolean =>
      wordsOf(type)
        .toLowerCase()
        .includes(this.#text ?? '');
    this.#types = Array.from({ length: 256 }, (_, type) => has(type));
  }

  enterGeneration(): void {
    this.#texts.clear();
    this.#stacks.clear();
  }

  passes(i: number): boolean {
    const r = this.#source.records;
    if (this.#text !== undefined && !this.#types[r.type(i)] && !this.#hasText(i)) return false;
    return this.#stackText === undefined || this.#stackHas(r.stack(i)) || this.#stackHas(r.otherStack(i));
  }

  #hasText(i: number): boolean {
    const r = this.#source.records;
    return this.#textHas(r.text(i)) || this.#textHas(r.otherText(i));
  }

  #textHas(number: number): boolean {
    if (number === 0) return false;
    const known = this.#texts.get(number);
    if (known !== undefined) return known;
    const has = this.#contains(this.#source.tables.text(number), this.#text!);
    this.#texts.set(number, has);
    return has;
  }

  #stackHas(stack: number): boolean {
    if (stack === 0) return false;
    const known = this.#stacks.get(stack);
    if (known !== undefined) return known;
    const frames = this.#source.tables.frames(stack);
    const has = frames.some(({ functionName }) => this.#contains(functionName, this.#stackText!));
    this.#stacks.set(stack, has);
    return has;
  }

  #contains(text: Uint8Array, part: string): boolean {
    return this.#decoder.decode(text).toLowerCase().includes(part);
  }
}

/** A line break keeps names apart. */
function wordsOf(type: number): string {
  const { name = '', kind = '' } = wireEventByType[type] ?? {};
  return [name, kind, metricNames[name] ?? '', rangeName(name)].join('\n');
}

/** As `EventFactsReader` calls ranges, as far as the type says it. */
function rangeName(name: string): string {
  if (name.startsWith('STW')) return 'stop-the-world';
  if (name.startsWith('GCMarkAssist')) return 'GC mark assist';
  if (name.startsWith('GCSweep')) return 'GC incremental sweep';
  return /^GC(Begin|Active|End)$/.test(name) ? 'GC concurrent mark phase' : '';
}
