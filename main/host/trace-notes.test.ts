import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Note } from '#common/analyses/timeline-details.ts';
import { goId } from '#common/ids.ts';
import { traceNs } from '#common/units.ts';
import { mostNotes, openTraceNotes, type TraceNotes } from './trace-notes.ts';

const key = 'a'.repeat(40);
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'notes-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (of = key, warn: (sentence: string) => void = () => undefined): TraceNotes =>
  openTraceNotes(folder, of, warn);
const note = (id: string, from: number, text = 'slow here'): Note => ({
  id,
  fromNs: traceNs(from),
  untilNs: traceNs(from + 3),
  text,
});
const texts = (notes: TraceNotes): string[] => notes.list().map(({ text }) => text);

describe('notes', () => {
  it('are kept in order of time, each id once, after a restart too', () => {
    const notes = open();
    notes.keep(note('a', 9, 'last'));
    notes.keep({ ...note('b', 5, 'first'), goroutine: goId(7) });
    notes.keep(note('a', 10, 'the last'));
    expect(open().list()).toEqual([{ ...note('b', 5, 'first'), goroutine: 7 }, note('a', 10, 'the last')]);
  });

  it('belong to one trace', () => {
    open().keep(note('a', 1));
    expect(open('b'.repeat(40)).list()).toEqual([]);
  });

  it('go when they are removed, and only they', () => {
    const notes = open();
    notes.keep(note('a', 1, 'one'));
    notes.keep(note('b', 2, 'two'));
    notes.remove('a');
    notes.remove('nobody');
    expect(texts(notes)).toEqual(['two']);
  });

  it('of another window are not lost', () => {
    const [one, two] = [open(), open()];
    one.keep(note('a', 1, 'one'));
    two.keep(note('b', 2, 'two'));
    one.keep(note('c', 3, 'three'));
    expect([texts(one), texts(two)]).toEqual([
      ['one', 'two', 'three'],
      ['one', 'two', 'three'],
    ]);
  });

  it('are at most 2000; one of them can still be changed', () => {
    const many = Array.from({ length: mostNotes }, (_, i) => note(String(i), i));
    mkdirSync(join(folder, 'notes'));
    writeFileSync(join(folder, 'notes', `${key}.json`), JSON.stringify({ version: 1, notes: many }));
    const notes = open();
    expect(() => notes.keep(note('more', 1))).toThrow('at most 2000');
    notes.keep(note('7', 7, 'changed'));
    expect(notes.list()).toHaveLength(mostNotes);
    expect(notes.list()[7]?.text).toBe('changed');
  });

  it('that are damaged are set aside, every time, and said', () => {
    const path = join(folder, 'notes', `${key}.json`);
    const warn = vi.fn();
    mkdirSync(join(folder, 'notes'));
    const damages = ['{"version": 1, "no', JSON.stringify({ version: 1, notes: [{ id: 'a' }] }), '[]'];
    for (const damage of damages) {
      writeFileSync(path, damage);
      expect(open(key, warn).list()).toEqual([]);
    }
    expect(warn).toHaveBeenCalledTimes(3);
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('set aside'));
    open().keep(note('a', 1));
    const aside = readdirSync(join(folder, 'notes')).filter((name) => name.includes('damaged'));
    expect(aside.map((name) => readFileSync(join(folder, 'notes', name), 'utf8')).sort()).toEqual(
      damages.toSorted(),
    );
    expect(texts(open())).toEqual(['slow here']);
  });

  it('that cannot be stored are refused, with what is to be done', () => {
    writeFileSync(join(folder, 'notes'), 'a file where the folder should be');
    const keep = (): unknown => open().keep(note('a', 1));
    expect(keep).toThrow(expect.objectContaining({ code: 'not-kept' }));
  });

  it('have names of files only for keys', () => {
    expect(() => open('../else')).toThrow('no name of a file');
  });
});

describe('the last place in a trace', () => {
  it('is none at first, then what was kept last, for each trace', () => {
    expect(open().lastView()).toBeNull();
    open().keepView('timeline?from=3');
    open('b'.repeat(40)).keepView('groups');
    open().keepView('timeline?from=4');
    expect([open().lastView(), open('b'.repeat(40)).lastView()]).toEqual([
      { address: 'timeline?from=4' },
      { address: 'groups' },
    ]);
  });

  it('is none where it is damaged, until the next', () => {
    open().keepView('one');
    writeFileSync(join(folder, 'views', `${key}.json`), '{');
    expect(open().lastView()).toBeNull();
    open().keepView('two');
    expect(open().lastView()).toEqual({ address: 'two' });
  });

  it('that cannot be stored is said, and nothing else happens', () => {
    writeFileSync(join(folder, 'views'), '');
    const warn = vi.fn();
    expect(open(key, warn).keepView('x')).toBeNull();
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('cannot be stored'));
  });

  it('is forgotten for the traces that were left longest ago, beyond 500', () => {
    for (let i = 0; i < 501; i++) {
      open(`trace-${i}`).keepView('x');
      utimesSync(join(folder, 'views', `trace-${i}.json`), 1000 + i, 1000 + i);
    }
    open('another').keepView('x');
    expect(open('trace-0').lastView()).toBeNull();
    expect(open('trace-1').lastView()).toBeNull();
    expect(open('trace-2').lastView()).toEqual({ address: 'x' });
  });
});
