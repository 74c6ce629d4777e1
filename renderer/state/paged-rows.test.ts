import { beforeEach, describe, expect, it } from 'vitest';
import { PagedRows, type FetchPage, type PageOf } from './paged-rows.svelte.ts';

type Page = PageOf<string>;
interface Asked {
  readonly offset: number;
  readonly limit: number;
  readonly signal: AbortSignal;
  answer(rowCount?: number, name?: string): Promise<void>;
  fail(error: Error): Promise<void>;
}

let asked: Asked[];
const fetchPage: FetchPage<Page> = ({ offset, limit }, signal) =>
  new Promise((resolve, reject) => {
    const settled = async (settle: () => void): Promise<void> => {
      settle();
      await new Promise((done) => setTimeout(done));
    };
    asked.push({
      offset,
      limit,
      signal,
      answer: (rowCount = 1000, name = 'row') =>
        settled(() => {
          const length = Math.min(limit, rowCount - offset);
          resolve({ revision: 1, rowCount, rows: Array.from({ length }, (_, i) => `${name} ${offset + i}`) });
        }),
      fail: (error) => settled(() => reject(error)),
    });
  });

const last = (): Asked => asked.at(-1)!;
let rows: PagedRows<string>;
beforeEach(async () => {
  asked = [];
  rows = new PagedRows<string>(100);
  rows.ask(fetchPage);
  await last().answer();
});

describe('paging', () => {
  it('fetches a page when one of its rows comes into view', async () => {
    expect(asked.map(({ offset }) => offset)).toEqual([0]);
    rows.show(480, 520);
    expect(asked.map(({ offset }) => offset)).toEqual([0, 400, 500]);
    await asked[1]!.answer();
    expect(rows.rowAt(480)).toBe('row 480');
    expect(rows.rowAt(510)).toBeUndefined();
  });

  it('does not ask again for what is here or under way', () => {
    rows.show(10, 60);
    rows.show(200, 240);
    rows.show(201, 241);
    expect(asked.map(({ offset }) => offset)).toEqual([0, 200]);
  });

  it('gives up pages that were scrolled past before they came', () => {
    rows.show(200, 240);
    const passed = last();
    rows.show(800, 840);
    expect(passed.signal.aborted).toBe(true);
  });

  it('forgets pages that are far away once it holds many', async () => {
    for (let page = 1; page <= 30; page++) {
      rows.show(page * 100, page * 100 + 40);
      await last().answer(10_000);
    }
    expect(rows.rowAt(100)).toBeUndefined();
    expect(rows.rowAt(3000)).toBe('row 3000');
  });
});

describe('another question', () => {
  it('keeps the rows that are there until the answer has come', async () => {
    rows.ask(fetchPage);
    expect(rows.rowAt(0)).toBe('row 0');
    await last().answer(7, 'other');
    expect(rows.rowAt(0)).toBe('other 0');
    expect(rows.rowCount).toBe(7);
  });

  it('wins over an older one, whichever is answered first', async () => {
    rows.ask(fetchPage);
    const older = last();
    rows.ask(fetchPage);
    const newer = last();
    expect(older.signal.aborted).toBe(true);
    await newer.answer(5, 'newer');
    await older.answer(9, 'older');
    expect(rows.rowAt(0)).toBe('newer 0');
    expect(rows.rowCount).toBe(5);
  });

  it('tells why it failed and forgets it with the next success', async () => {
    rows.ask(fetchPage);
    await last().fail(new Error('gone'));
    expect(rows.failure).toEqual(new Error('gone'));
    expect(rows.rowAt(0)).toBe('row 0');
    rows.refresh();
    await last().answer();
    expect(rows.failure).toBeUndefined();
  });
});

describe('a new revision', () => {
  it('replaces what is in view at once and drops the rest', async () => {
    rows.show(300, 340);
    await last().answer();
    rows.refresh();
    expect(last().offset).toBe(300);
    await last().answer(2000, 'grown');
    expect(rows.rowAt(300)).toBe('grown 300');
    expect(rows.rowAt(0)).toBeUndefined();
  });

  it('waits for an answer that is under way, so that fast reading never starves the screen', async () => {
    rows.refresh();
    const first = last();
    rows.refresh();
    rows.refresh();
    expect(asked).toHaveLength(2);
    await first.answer(1100);
    expect(rows.rowCount).toBe(1100);
    expect(asked).toHaveLength(3);
    await last().answer(1200);
    expect(asked).toHaveLength(3);
  });
});
