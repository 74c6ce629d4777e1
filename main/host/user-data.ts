/** What the program remembers for its user: which traces were open, in one small JSON file; and what was noted in each (`trace-notes.ts`). */
import { mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { writeAtomically } from './atomic-file.ts';
import { openTraceNotes, type TraceNotes } from './trace-notes.ts';

const maximum = 50;

const recentSchema = v.object({
  path: v.string(),
  /** The content it had (`fingerprint.ts`). */
  key: v.string(),
  sizeBytes: v.number(),
  modifiedAtMs: v.number(),
  openedAtMs: v.number(),
  durationNs: v.optional(v.number()),
  goroutines: v.optional(v.number()),
  /** Part of the file could not be read. */
  partial: v.boolean(),
});
export type RememberedTrace = Readonly<v.InferOutput<typeof recentSchema>>;
const fileSchema = v.object({ version: v.literal(1), traces: v.array(recentSchema) });

export interface UserData {
  /** Latest first. */
  recent(): readonly RememberedTrace[];
  /** Puts it first; forgets an earlier entry of the same path, and the oldest beyond 50. */
  remember(trace: RememberedTrace): void;
  clear(): void;
  /** What was noted in the trace with this content. */
  notes(key: string): TraceNotes;
}

/** Losing this data is a pity, not a reason to stop: where it cannot be read or written, `warn` is told and work goes on. */
export function openUserData(folder: string, warn: (sentence: string) => void): UserData {
  const path = join(folder, 'recent.json');
  let traces = read(path, warn);
  const store = (changed: readonly RememberedTrace[]): void => {
    traces = changed;
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writeAtomically(path, `${JSON.stringify({ version: 1, traces }, null, 1)}\n`);
    } catch (error) {
      warn(
        `The list of recent files cannot be stored in ${path} (${reasonOf(error)}); it is forgotten at the end.`,
      );
    }
  };
  return {
    recent: () => traces,
    remember: (trace) => {
      // Another window of the program may have added to it meanwhile.
      const others = read(path, warn).filter((known) => known.path !== trace.path);
      store([trace, ...others].sort((a, b) => b.openedAtMs - a.openedAtMs).slice(0, maximum));
    },
    clear: () => store([]),
    notes: (key) => openTraceNotes(folder, key, warn),
  };
}

function read(path: string, warn: (sentence: string) => void): readonly RememberedTrace[] {
  try {
    return v.parse(fileSchema, JSON.parse(readFileSync(path, 'utf8'))).traces;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    setAside(path, error, warn);
    return [];
  }
}

function setAside(path: string, error: unknown, warn: (sentence: string) => void): void {
  const aside = `${path}.damaged`;
  try {
    renameSync(path, aside);
    warn(`The list of recent files was damaged; it was set aside as ${aside} and begins anew.`);
  } catch {
    warn(`The list of recent files ${path} cannot be read (${reasonOf(error)}) and is left alone.`);
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
