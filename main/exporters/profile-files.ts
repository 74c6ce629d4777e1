/** Profiles of stacks as files that other tools read. */
import { gzipSync } from 'node:zlib';
import { Profile, StringTable, type SampleInput } from 'pprof-format';
import type { StackFrame } from '#common/analyses/goroutine-results.ts';
import { framesOf, type StackProfile } from '#common/analyses/stack-profile.ts';
import { inert } from '#common/inert-text.ts';

/** What a tool may filter samples by. */
export interface SampleLabel {
  readonly key: string;
  readonly str: string;
}

/** Part of a pprof file: its samples carry the same labels. Parts have the same columns of values. */
export interface ProfilePart {
  readonly profile: StackProfile;
  readonly labels?: readonly SampleLabel[];
}

/** What one sample stands for: `cpu`, `nanoseconds`, 10 000 000. */
export interface ProfilePeriod {
  readonly type: string;
  readonly unit: string;
  readonly period: number;
}

interface MergedStack {
  readonly frames: readonly StackFrame[];
  readonly values: Float64Array;
}

/** Stacks that `read` the same are one, where the first of them was; their values are added. */
function merged(
  profiles: readonly StackProfile[],
  read: (frames: readonly StackFrame[]) => string,
): Map<string, MergedStack> {
  const stacks = new Map<string, MergedStack>();
  for (const profile of profiles) {
    for (let i = 0; i + 1 < profile.stackStarts.length; i++) {
      const frames = framesOf(profile, i);
      const text = read(frames);
      let stack = stacks.get(text);
      if (!stack) stacks.set(text, (stack = { frames, values: new Float64Array(profile.values.length) }));
      for (const [column, { values }] of profile.values.entries()) stack.values[column]! += values[i]!;
    }
  }
  return stacks;
}

const frameKey = ({ pc, line, function: name, file }: StackFrame): string => `${pc} ${line} ${name}\0${file}`;

/**
 * The gzipped message of https://github.com/google/pprof/blob/main/proto/profile.proto, without mappings and times, with a
 * location for each distinct frame and a function for each distinct name and file. A sample without a stack has no locations.
 */
export function pprofFile(parts: readonly ProfilePart[], period: ProfilePeriod): Uint8Array {
  const stringTable = new StringTable();
  const text = (written: string): number => stringTable.dedup(written);
  const places = new PprofPlaces(text);
  const typed = ({ type, unit }: { readonly type: string; readonly unit: string }) => ({
    type: text(type),
    unit: text(unit),
  });
  const sampleType = (parts[0]?.profile.values ?? []).map(typed);
  const sample = labelledAlike(parts).flatMap(([labels, profiles]) => {
    const label = labels.map(({ key, str }) => ({ key: text(key), str: text(str) }));
    const stacks = merged(profiles, (frames) => frames.map((frame) => places.location(frame)).join(' '));
    return Array.from(stacks, ([ids, { values }]): SampleInput => {
      const locationId = ids === '' ? [] : ids.split(' ').map(Number);
      return { locationId, value: Array.from(values), label };
    });
  });
  const { locations: location, functions } = places;
  const periodType = typed(period);
  const file = { sampleType, sample, location, function: functions, stringTable, periodType };
  return gzipSync(new Profile({ ...file, period: period.period }).encode());
}

function labelledAlike(
  parts: readonly ProfilePart[],
): readonly (readonly [readonly SampleLabel[], readonly StackProfile[]])[] {
  const alike = new Map<string, [readonly SampleLabel[], StackProfile[]]>();
  for (const { profile, labels = [] } of parts) {
    const key = JSON.stringify(labels);
    const known = alike.get(key);
    if (known) known[1].push(profile);
    else alike.set(key, [labels, [profile]]);
  }
  return [...alike.values()];
}

/** Locations and functions, numbered from 1 as they turn up. */
class PprofPlaces {
  readonly locations: { id: number; address: number; line: { functionId: number; line: number }[] }[] = [];
  readonly functions: { id: number; name: number; systemName: number; filename: number }[] = [];
  readonly #locations = new Map<string, number>();
  /** Profiles name each of their frames once: most are looked up by what they are. */
  readonly #known = new Map<StackFrame, number>();
  readonly #functions = new Map<string, number>();
  readonly #text: (written: string) => number;

  constructor(text: (written: string) => number) {
    this.#text = text;
  }

  location(frame: StackFrame): number {
    let id = this.#known.get(frame);
    if (id === undefined) this.#known.set(frame, (id = this.#locationOf(frame)));
    return id;
  }

  #locationOf(frame: StackFrame): number {
    const key = frameKey(frame);
    let id = this.#locations.get(key);
    if (id === undefined) {
      this.#locations.set(key, (id = this.#locations.size + 1));
      const line = [{ functionId: this.#function(frame), line: frame.line }];
      this.locations.push({ id, address: frame.pc, line });
    }
    return id;
  }

  #function({ function: name, file }: StackFrame): number {
    const key = `${name}\0${file}`;
    let id = this.#functions.get(key);
    if (id === undefined) {
      this.#functions.set(key, (id = this.#functions.size + 1));
      const place = this.#text(name);
      this.functions.push({ id, name: place, systemName: place, filename: this.#text(file) });
    }
    return id;
  }
}

/** What stands in the place of a stack where there is none. */
export const noStack = '(no stack)';

/** `main.main;main.work;time.Sleep 250`, root first, a line for each distinct sequence of functions: for flame graphs. */
export function* foldedText(profiles: readonly StackProfile[], column: number): Generator<string> {
  const stacks = merged(profiles, (frames) =>
    frames.map((frame) => inert(frame.function).replaceAll(';', ':')).join(';'),
  );
  for (const [text, { values }] of stacks)
    yield `${text === '' ? noStack : text.split(';').reverse().join(';')} ${Math.round(values[column]!)}\n`;
}

/** A frame of which nothing is known reads `@:0:0`, as in pprof's own text. */
const frameText = ({ function: name, file, line }: StackFrame): string =>
  name === '' && file === '' ? '@:0:0' : inert(`${name}@${file}:${line}`);

/**
 * `3<TAB>250<TAB>time.Sleep@/go/src/time.go:9;main.main@/m.go:4`: the values in their order, then the frames, leaf first. No
 * header; a stack without frames has an empty last column.
 */
export function* profileTsv(profiles: readonly StackProfile[]): Generator<string> {
  const stacks = merged(profiles, (frames) => frames.map(frameText).join(';'));
  for (const [text, { values }] of stacks) yield `${[...values].map(Math.round).join('\t')}\t${text}\n`;
}

/** A function's part in a profile: at the leaf of stacks, and anywhere in them. */
export interface TopFunction {
  /** Empty: no stack. */
  readonly name: string;
  readonly flat: number;
  /** A stack counts once, however often the function stands in it. */
  readonly cum: number;
}

export interface TopFunctions {
  readonly total: number;
  /** The largest part at the leaf first, then the largest anywhere, then by name. */
  readonly functions: readonly TopFunction[];
}

export function topFunctions(profiles: readonly StackProfile[], column: number): TopFunctions {
  const parts = new Map<string, { flat: number; cum: number }>();
  let total = 0;
  const part = (name: string): { flat: number; cum: number } => {
    let known = parts.get(name);
    if (!known) parts.set(name, (known = { flat: 0, cum: 0 }));
    return known;
  };
  for (const { frames, values } of merged(profiles, (all) =>
    all.map((frame) => frame.function).join('\0'),
  ).values()) {
    const value = values[column]!;
    total += value;
    part(frames[0]?.function ?? '').flat += value;
    const names = frames.length === 0 ? [''] : frames.map((frame) => frame.function);
    for (const name of new Set(names)) part(name).cum += value;
  }
  const functions = Array.from(parts, ([name, { flat, cum }]) => ({ name, flat, cum }));
  functions.sort((a, b) => b.flat - a.flat || b.cum - a.cum || (a.name < b.name ? -1 : 1));
  return { total, functions };
}
