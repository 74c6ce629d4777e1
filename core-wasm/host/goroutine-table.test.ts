import { describe, expect, test } from 'vitest';
import { goroutineColumns, totalColumns } from '#common/analyses/goroutine-results.ts';
import { columnNumber, rowFlags, type GoroutineChunkSource } from '#common/goroutine-columns.ts';
import type { GoroutineFigures, GoroutineOrder } from '#common/goroutine-table.ts';
import { Core } from './core.ts';
import { GoroutinePacker } from './goroutine-packer.ts';
import { PackedGoroutineTable } from './goroutine-table.ts';

type Row = Omit<GoroutineFigures, 'isPlain' | 'plainWaker'>;

/** Chunks in memory. */
class MemoryChunks implements GoroutineChunkSource {
  readonly core = new Core();
  readonly packer = new GoroutinePacker(this.core);
  readonly chunks = new Map<
    number,
    { firstId: number; lastId: number; head: Uint8Array; columns: Map<number, Uint8Array> }
  >();
  readonly #row = this.core.run((core) => core.allocate(22 * 8)) >>> 0;
  loads = 0;

  add(rows: readonly Row[]): void {
    for (const row of rows) this.#gather(row);
    const { firstId, lastId, head, columns } = this.packer.pack('finished')!;
    const copies = columns.map(([column, packed]) => [column, packed.slice()] as const);
    this.chunks.set(this.chunks.size + 1, { firstId, lastId, head: head.slice(), columns: new Map(copies) });
  }

  #gather(row: Row): void {
    const fields = new BigInt64Array(this.core.memory.buffer, this.#row, 22).fill(0n);
    const put = (column: Parameters<typeof columnNumber>[0], value: number): void => {
      fields[columnNumber(column)] = BigInt(value);
    };
    for (const column of ['id', 'creationNs', ...totalColumns] as const) put(column, row[column]);
    put('name', row.nameIx);
    put('pc', row.pc);
    put('creationStack', row.creationStackIx);
    put('start', row.startNs ?? 0);
    put('end', row.endNs ?? 0);
    put('creator', row.creatorId ?? 0);
    const has = (value: number | null, flag: number): number => (value === null ? 0 : flag);
    put(
      'flags',
      has(row.startNs, rowFlags.start) | has(row.endNs, rowFlags.end) | has(row.creatorId, rowFlags.creator),
    );
    this.core.run((core) => core.gatherRow(this.#row));
  }

  goroutineChunks() {
    return [...this.chunks].map(([ix, { firstId, lastId }]) => ({ ix, firstId, lastId }));
  }

  goroutineChunkHead(ix: number) {
    return this.chunks.get(ix)?.head;
  }

  goroutineColumn(column: number, ix: number) {
    this.loads++;
    return this.chunks.get(ix)?.columns.get(column);
  }

  bytes(): number {
    const sizes = [...this.chunks.values()].map(({ head, columns }) =>
      [...columns.values()].reduce((so, packed) => so + packed.length, head.length),
    );
    return sizes.reduce((so, size) => so + size, 0);
  }
}

/** The same numbers for every run. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** `pick` chooses each value. */
function madeRow(id: number, pick: (column: string) => number): Row {
  const totals = Object.fromEntries(totalColumns.map((name) => [name, pick(name)]));
  const or = (column: string): number | null => (pick('absent') % 2 === 0 ? pick(column) : null);
  return {
    id,
    nameIx: Math.abs(pick('name')) % 50,
    pc: Math.abs(pick('pc')),
    creationNs: pick('creation'),
    startNs: or('start'),
    endNs: or('end'),
    creatorId: or('creator'),
    creationStackIx: Math.abs(pick('stack')) % 4_000_000,
    ...(totals as Pick<Row, (typeof totalColumns)[number]>),
  };
}

const inOrder = <T extends { readonly id: number }>(rows: readonly T[]): T[] =>
  [...rows].sort((a, b) => a.id - b.id);
const plain = (row: GoroutineFigures): Row => {
  const { isPlain, plainWaker, waits, ranges, ...rest } = { waits: null, ranges: null, ...row };
  expect([isPlain, plainWaker, waits, ranges]).toEqual([false, 0, null, null]);
  return rest;
};

describe('what is packed comes back', () => {
  const extremes = [
    ...[0, 1, -1, 127, 128, 2 ** 31, 2 ** 32, 2 ** 53 - 1, 2 ** 53, -(2 ** 53), 2 ** 53 + 2, 2 ** 56],
    ...[2 ** 57, 2 ** 62, -(2 ** 62), 2 ** 63 - 1024, -(2 ** 63)],
  ];
  const random = randomNumbers(1);
  const pickers: Readonly<Record<string, (row: number) => (column: string) => number>> = {
    'small numbers': () => () => random(1000),
    'the same number everywhere': () => () => 77,
    'few different numbers, far apart': () => () => random(5) * 2 ** 40,
    'negative numbers': () => () => random(1000) - 2000,
    'a number far outside now and then': () => () => (random(100) === 0 ? 2 ** 52 : random(4)),
    'the largest and the smallest': () => () => extremes[random(extremes.length)]!,
    'numbers that grow': (row) => () => row * 1000 + random(30),
  };
  for (const [what, picker] of Object.entries(pickers))
    test.each([1, 2, 127, 128, 129, 5000])(`${what}, %i rows`, (count) => {
      const chunks = new MemoryChunks();
      const rows = Array.from({ length: count }, (_, i) => madeRow(i * (random(3) + 1), picker(i)));
      const unique = [...new Map(rows.map((row) => [row.id, row])).values()];
      chunks.add(unique);
      const table = new PackedGoroutineTable(chunks);
      expect([...table.all()].map(plain)).toEqual(inOrder(unique));
    });

  test('ids as far apart as numbers are', () => {
    const chunks = new MemoryChunks();
    const ids = [...extremes, 5, 6, 7].filter((id, i, all) => all.indexOf(id) === i);
    chunks.add(ids.map((id) => madeRow(id, () => 3)));
    const table = new PackedGoroutineTable(chunks);
    expect([...table.all()].map(({ id }) => id)).toEqual([...ids].sort((a, b) => a - b));
    for (const id of ids) expect(table.goroutine(id)?.id).toBe(id);
    for (const id of [2, 8, 2 ** 61]) expect(table.goroutine(id)).toBeUndefined();
  });

  test('in less room than it says of itself', () => {
    const chunks = new MemoryChunks();
    chunks.add(
      Array.from({ length: 10_000 }, (_, i) => ({
        ...madeRow(i, () => 0),
        ...{ creationNs: i * 100, execNs: random(1000), startNs: i * 100, endNs: null, creatorId: null },
      })).map((row) => ({ ...row, totalNs: row.execNs })),
    );
    // 14 bits for when it was created, 10 for how long it ran, and the directories.
    expect(chunks.bytes()).toBeLessThan((10_000 * 26) / 8 + 1000);
  });
});

/** Many ties in everything, ids out of order, and some of them twice. */
function manyRows(count: number): Row[] {
  const random = randomNumbers(9);
  return Array.from({ length: count }, () =>
    madeRow(random(count * 2), (column) => {
      if (column === 'syscallNs') return 0;
      if (column === 'execNs') return random(3) === 0 ? random(2 ** 31) : 7;
      if (column === 'creation') return random(2 ** 30) * 50;
      if (column === 'gcNs') return random(2) * (2 ** 53 - 1);
      return random(100);
    }),
  );
}

const name = (ix: number): string => `name ${(ix * 7) % 40}`;
const allRanks = Uint32Array.from({ length: 50 }, (_, ix) => ((ix * 7) % 40) + 1);
const someRanks = allRanks.map((rank, ix) => (ix % 5 === 1 ? rank : 0));
const oneName = allRanks.map((_, ix) => (ix === 3 ? 1 : 0));

describe('pages are parts of the sorted table', () => {
  const rows = manyRows(30_000);
  const chunks = new MemoryChunks();
  for (let i = 0; i < rows.length; i += 700) chunks.add(rows.slice(i, i + 700));
  const filters = {
    all: allRanks.map(() => 1),
    'some names': someRanks,
    'one name': oneName,
  };
  const sortedBy = (column: (typeof goroutineColumns)[number], shown: Uint32Array): Row[] => {
    // Sorting is stable: lives of the same id stay in order.
    const key = (row: Row): number => (column === 'name' ? allRanks[row.nameIx]! : row[column]);
    return rows.filter((row) => shown[row.nameIx]! > 0).sort((a, b) => key(a) - key(b) || a.id - b.id);
  };
  for (const [what, shown] of Object.entries(filters))
    test.each(goroutineColumns)(`${what}, by %s`, (column) => {
      const expected = sortedBy(column, shown);
      const ranks = allRanks.map((rank, ix) => (shown[ix]! > 0 ? rank : 0));
      const order: GoroutineOrder = { column, ranks, isFiltered: what !== 'all', key: `${column} ${what}` };
      const limits = [
        { bytes: 1 << 26, many: 1 },
        { bytes: 1 << 26, many: 300 },
        { bytes: 1 << 26 },
        { bytes: 1 },
      ];
      for (const limit of limits) {
        const table = new PackedGoroutineTable(chunks, limit);
        const last = expected.length - 60;
        for (const share of [0, 0.004, 0.1, 0.33, 0.5, 0.71, 0.95, 0.999, 1]) {
          const from = Math.floor(last * share);
          const page = table.rows(order, expected.length, from, 60).map(plain);
          expect(page).toEqual(expected.slice(from, from + 60));
        }
      }
    });

  const members = [...new Set(rows.filter(({ id }) => id % 7 === 3).map(({ id }) => id))].sort(
    (a, b) => a - b,
  );
  const choices: Record<string, Pick<GoroutineOrder, 'state' | 'members'>> = {
    'with time in a state': { state: 'gcNs' },
    'with time in a state that nearly all were in': { state: 'networkNs' },
    'with time in a state that none was in': { state: 'syscallNs' },
    'of some numbers': { members },
    'of no numbers': { members: [] },
    'of some numbers, with time in a state': { members, state: 'gcNs' },
  };
  describe.each(Object.entries(choices))('%s', (what, choice) => {
    test.each(goroutineColumns)('by %s', (column) => {
      const { state } = choice;
      const expected = sortedBy(column, someRanks).filter(
        (row) => (state === undefined || row[state] > 0) && (choice.members?.includes(row.id) ?? true),
      );
      const order: GoroutineOrder = { column, ranks: someRanks, isFiltered: true, key: what, ...choice };
      for (const limit of [{ bytes: 1 << 26, many: 1 }, { bytes: 1 << 26, many: 300 }, { bytes: 1 << 26 }]) {
        const table = new PackedGoroutineTable(chunks, limit);
        expect(table.count(order)).toBe(expected.length);
        for (const share of [0, 0.004, 0.5, 0.999, 1]) {
          const from = Math.floor(Math.max(0, expected.length - 60) * share);
          const count = Math.min(60, expected.length - from);
          const page = table.rows(order, expected.length, from, count).map(plain);
          expect(page).toEqual(expected.slice(from, from + count));
        }
      }
    });
  });

  test('names that are equal are ties', () => {
    const order = { column: 'name', ranks: allRanks, isFiltered: false, key: 'n' } as const;
    const page = new PackedGoroutineTable(chunks).rows(order, rows.length, 1000, 1000);
    const names = page.map((row) => name(row.nameIx));
    expect(new Set(names).size).toBeGreaterThan(1);
    expect(new Set(page.map(({ nameIx }) => nameIx)).size).toBeGreaterThan(new Set(names).size);
  });

  test('the lives of one id are found, the latest last', () => {
    const table = new PackedGoroutineTable(chunks);
    const lives = Map.groupBy(rows, ({ id }) => id);
    const [id, own] = [...lives].find(([, own]) => own.length > 2)!;
    expect([...table.lives(id)].map(plain)).toEqual(own);
    expect(plain(table.goroutine(id)!)).toEqual(own.at(-1));
    const order = { column: 'totalNs', isFiltered: false, id, key: 'id' } as const;
    expect(table.count(order)).toBe(own.length);
    expect(table.rows(order, own.length, 0, own.length).map(({ totalNs }) => totalNs)).toEqual(
      own.map(({ totalNs }) => totalNs).sort((a, b) => a - b),
    );
  });

  test('one life of each id, in order', () => {
    const latest = [...new Map(rows.map((row) => [row.id, row])).values()];
    for (const bytes of [1 << 26, 1])
      expect([...new PackedGoroutineTable(chunks, { bytes }).all()].map(plain)).toEqual(inOrder(latest));
  });

  test('one id with many lives', () => {
    const own = new MemoryChunks();
    const same = manyRows(2000).map((row, i) => ({ ...row, id: 5, totalNs: 1, creationNs: i }));
    own.add(same.slice(0, 1200));
    own.add(same.slice(1200));
    const table = new PackedGoroutineTable(own, { bytes: 1 << 20, many: 10 });
    const order = { column: 'totalNs', isFiltered: false, key: 'same' } as const;
    expect(table.rows(order, 2000, 1190, 20).map(plain)).toEqual(same.slice(1190, 1210));
  });
});

test('a page reads the columns that it shows, and what was read stays', () => {
  const chunks = new MemoryChunks();
  const rows = manyRows(20_000);
  for (let i = 0; i < rows.length; i += 2000) chunks.add(rows.slice(i, i + 2000));
  const table = new PackedGoroutineTable(chunks);
  const order = { column: 'execNs', isFiltered: false, key: 'exec' } as const;
  table.rows(order, rows.length, 0, 1);
  // Running in all ten chunks, ids of those that may be on the page, and all columns of the one that is.
  expect(chunks.loads).toBeLessThan(50);
  const before = chunks.loads;
  table.rows(order, rows.length, 0, 1);
  expect(chunks.loads).toBe(before);
});

describe('damaged chunks are refused, and nothing else is read', () => {
  const random = randomNumbers(4);
  const order = { column: 'totalNs', isFiltered: false, key: 'x' } as const;
  const chunks = new MemoryChunks();
  chunks.add(manyRows(400));
  const whole = structuredClone(chunks.chunks.get(1)!);
  const everything = (): void => {
    const table = new PackedGoroutineTable(chunks);
    expect([...table.all()].length).toBeGreaterThan(0);
    table.rows(order, 400, 200, 50);
    table.goroutine(5);
  };
  const refusal = expect.objectContaining({ code: 'cache-unusable' }) as Error;

  test('cut short', () => {
    for (const [column, packed] of whole.columns)
      for (const length of [0, 7, 8, 30, packed.length - 1]) {
        chunks.chunks.set(1, structuredClone(whole));
        chunks.chunks.get(1)!.columns.set(column, packed.slice(0, length));
        expect(everything).toThrow(refusal);
      }
  });

  test('a directory that points outside, has a width that there is not, or leaves its dictionary', () => {
    const damage = (column: number, at: (blob: DataView, directory: number) => void): void => {
      const wrong = structuredClone(whole);
      chunks.chunks.set(1, wrong);
      const blob = wrong.columns.get(column)!;
      const view = new DataView(blob.buffer, blob.byteOffset, blob.length);
      at(view, 8 + view.getUint32(0, true) * 8);
      expect(everything).toThrow(refusal);
    };
    const plainColumn = columnNumber('creationNs');
    const dictionary = columnNumber('gcNs');
    expect(new DataView(whole.columns.get(dictionary)!.buffer).getUint32(0, true)).toBeGreaterThan(0);
    for (const column of [plainColumn, dictionary]) {
      damage(column, (view) => view.setUint32(4, 399, true));
      damage(column, (view) => view.setUint32(0, 0xffffffff, true));
      damage(column, (view, directory) => view.setUint32(directory + 8, view.byteLength, true));
      damage(column, (view, directory) => view.setUint32(directory + 24, 0xffffffff, true));
      damage(column, (view, directory) => view.setUint32(directory + 12, 57, true));
      damage(column, (view, directory) => view.setUint32(directory + 12, 65, true));
    }
    damage(dictionary, (view, directory) => view.setBigInt64(directory, -1n, true));
    damage(dictionary, (view, directory) => view.setBigInt64(directory, 2n, true));
  });

  test('a column or the head missing', () => {
    chunks.chunks.set(1, structuredClone(whole));
    chunks.chunks.get(1)!.columns.delete(columnNumber('execNs'));
    expect(everything).toThrow(refusal);
    chunks.chunks.set(1, { ...structuredClone(whole), head: whole.head.slice(1) });
    expect(everything).toThrow(refusal);
  });

  test('any byte of a directory wrong gives an answer or an error, never a trap', () => {
    for (let i = 0; i < 300; i++) {
      const wrong = structuredClone(whole);
      const blobs = [wrong.head, ...wrong.columns.values()];
      const blob = blobs[random(blobs.length)]!;
      blob[random(Math.min(blob.length, 500))] = random(256);
      chunks.chunks.set(1, wrong);
      try {
        everything();
      } catch (error) {
        expect(error).toMatchObject({ name: 'Failure' });
      }
    }
  });
});
