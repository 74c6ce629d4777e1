/**
 * What the user noted in a trace, and where in it they were last: two files for each trace, by its content, in the data folder. Notes are work:
 * none is lost, whoever else writes at the same time and whatever becomes of the file.
 *
 *     notes/KEY.json:  {"version": 1, "notes": [{"id": "…", "fromNs": 5, "untilNs": 9, "text": "slow here"}]}
 *     views/KEY.json:  {"version": 1, "address": "…"}
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { Failure } from '#common/errors.ts';
import type { Note } from '#common/analyses/timeline-details.ts';
import { noteSchema } from '#common/rpc/contract.ts';
import { tryLock } from '#db/file-lock.ts';
import { writeAtomically } from './atomic-file.ts';

export const mostNotes = 2000;
/** A place is soon made again: of more the oldest are forgotten. */
const mostViews = 500;
/** Another process holds the file for milliseconds. */
const lockWaitMs = 2000;

const notesSchema = v.object({ version: v.literal(1), notes: v.array(noteSchema) });
const viewSchema = v.object({ version: v.literal(1), address: v.string() });

export interface TraceNotes {
  /** In order of time. */
  list(): readonly Note[];
  /** Throws `not-kept` where it cannot be stored. */
  keep(note: Note): null;
  remove(id: string): null;
  lastView(): { readonly address: string } | null;
  /** Where it cannot be stored, `warn` is told. */
  keepView(address: string): null;
}

export function openTraceNotes(folder: string, key: string, warn: (sentence: string) => void): TraceNotes {
  if (!/^[\w-]+$/.test(key)) throw new Error('a key is no name of a file');
  const path = join(folder, 'notes', `${key}.json`);
  const viewPath = join(folder, 'views', `${key}.json`);
  return {
    list: () => readNotes(path, warn),
    keep: (note) =>
      changeNotes(path, warn, (notes) => {
        const others = notes.filter(({ id }) => id !== note.id);
        if (others.length < mostNotes) return [...others, note];
        throw notKept(
          `A trace holds at most ${mostNotes} notes, so this one is not kept; remove some first.`,
        );
      }),
    remove: (id) => changeNotes(path, warn, (notes) => notes.filter((note) => note.id !== id)),
    lastView: () => readView(viewPath),
    keepView: (address) => keepView(viewPath, address, warn),
  };
}

const notKept = (sentence: string): Failure => new Failure('not-kept', sentence);

/** Another window of the program, or another process, may have written since they were read last. */
function changeNotes(
  path: string,
  warn: (sentence: string) => void,
  change: (notes: readonly Note[]) => readonly Note[],
): null {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const lock = tryLock(`${path}.lock`, 'exclusive', lockWaitMs);
    if (!lock)
      throw notKept('Another process is writing the notes of this trace, so nothing was changed; try again.');
    try {
      const notes = change(readNotes(path, warn));
      writeAtomically(path, `${JSON.stringify({ version: 1, notes: inOrder(notes) }, null, 1)}\n`);
    } finally {
      lock.release();
    }
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw notKept(`The notes cannot be stored in ${path} (${reasonOf(error)}), so nothing was changed.`);
  }
  return null;
}

const inOrder = (notes: readonly Note[]): readonly Note[] =>
  notes.toSorted((a, b) => a.fromNs - b.fromNs || a.untilNs - b.untilNs);

function readNotes(path: string, warn: (sentence: string) => void): readonly Note[] {
  const text = readText(path);
  if (text === undefined) return [];
  try {
    return v.parse(notesSchema, JSON.parse(text)).notes;
  } catch {
    const aside = unusedName(`${path}.damaged`);
    renameSync(path, aside);
    warn(`The notes of a trace were damaged; they were set aside as ${aside}, and its notes begin anew.`);
    return [];
  }
}

/** Undefined: there is no file. What is there but cannot be read is left alone. */
function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw notKept(`The notes in ${path} cannot be read (${reasonOf(error)}).`);
  }
}

/** What was set aside before stays. */
function unusedName(path: string): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? path : `${path}-${number}`;
    if (!existsSync(name)) return name;
  }
}

function readView(path: string): { readonly address: string } | null {
  try {
    const { address } = v.parse(viewSchema, JSON.parse(readFileSync(path, 'utf8')));
    return { address };
  } catch {
    // The next one that is kept takes its place.
    return null;
  }
}

function keepView(path: string, address: string, warn: (sentence: string) => void): null {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const isNew = !existsSync(path);
    writeAtomically(path, `${JSON.stringify({ version: 1, address })}\n`);
    if (isNew) forgetOldViews(dirname(path));
  } catch (error) {
    warn(
      `The place in the trace cannot be stored in ${path} (${reasonOf(error)}); it is forgotten at the end.`,
    );
  }
  return null;
}

function forgetOldViews(folder: string): void {
  const views = readdirSync(folder).filter((name) => name.endsWith('.json'));
  if (views.length <= mostViews) return;
  const paths = views.map((name) => join(folder, name));
  const dated = paths.map((path) => ({ path, keptAtMs: statSync(path).mtimeMs }));
  dated.sort((a, b) => b.keptAtMs - a.keptAtMs);
  for (const { path } of dated.slice(mostViews)) rmSync(path, { force: true });
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
