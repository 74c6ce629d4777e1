import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { openGoroutineTable } from '#core-wasm/host/goroutine-table.ts';
import { digestOf } from '#db/digest.ts';
import { TraceReader } from '#db/reader.ts';
import { memorySource, type ByteSource } from '#main/trace-file/byte-source.ts';
import { fixtureBytes, fixtureTraces } from '../../fixtures/fixture-traces.ts';
import { encodeTextTrace } from '../../fixtures/text-trace.ts';
import { ingest, type IngestOutcome } from './ingest.ts';

const folder = mkdtempSync(join(tmpdir(), 'gopherscope-ingest-'));
afterAll(() => rmSync(folder, { recursive: true }));
let databases = 0;
const newDatabase = (): string => join(folder, `${databases++}.sqlite`);

function hasTrace(path: string): boolean {
  try {
    new TraceReader(path).close();
    return true;
  } catch {
    return false;
  }
}

async function read(data: Uint8Array, chunk?: number): Promise<{ path: string; outcome: IngestOutcome }> {
  const path = newDatabase();
  const source = memorySource(data, chunk);
  return { path, outcome: await ingest({ source, databasePath: path, sizeBytes: data.length }) };
}

describe('a database says the same however the trace arrives', () => {
  test.each(fixtureTraces)('%s', async (name) => {
    const data = fixtureBytes(name);
    const whole = await read(data);
    expect(whole.outcome).toMatchObject({ state: 'complete', diagnostics: 0 });
    for (const chunk of [1, 7, 4096])
      expect(digestOf((await read(data, chunk)).path)).toBe(digestOf(whole.path));
  });
});

describe('a database says the same however many threads make it', () => {
  test.each(fixtureTraces)('%s', async (name) => {
    const data = fixtureBytes(name);
    const { path } = await read(data);
    for (const most of [0, 1, 2, 4]) {
      const databasePath = newDatabase();
      const threads = { most, behindBytes: 0 };
      const source = memorySource(data);
      await ingest({ source, databasePath, sizeBytes: data.length, threads, storeAside: most > 0 });
      expect(digestOf(databasePath)).toBe(digestOf(path));
    }
  });
});

describe('a compressed trace', () => {
  test.each(fixtureTraces)('%s is stored like the trace in it', async (name) => {
    const data = fixtureBytes(name);
    const expected = digestOf((await read(data)).path);
    for (const packed of [gzipSync(data), zstdCompressSync(data)])
      expect(digestOf((await read(packed, 10_000)).path)).toBe(expected);
  });

  const data = fixtureBytes('shop-go1.26-generations.trace');
  const whole = gzipSync(data);
  const diagnosticsOf = async (packed: Uint8Array) => {
    const { path, outcome } = await read(packed);
    const reader = new TraceReader(path);
    const found = { outcome, diagnostics: reader.diagnostics(), generations: reader.generations() };
    reader.close();
    return found;
  };

  test('that breaks off gives the generations before, and says why and how much of the file is lost', async () => {
    const left = Math.floor(whole.length * 0.8);
    const { outcome, diagnostics, generations } = await diagnosticsOf(whole.subarray(0, left));
    expect(outcome.state).toBe('complete');
    expect(generations.length).toBeGreaterThan(1);
    expect(diagnostics.length).toBe(1);
    expect(diagnostics[0]).toMatchObject({
      code: 'compressed-data-damaged',
      sentence: expect.stringMatching(
        /^The gzip-compressed data cannot be read to their end: they break off \(byte \d+ once unpacked, in generation \d+\)\.$/,
      ) as string,
    });
    expect(diagnostics[0]!.lostBytes).toBeGreaterThan(0);
    expect(diagnostics[0]!.lostBytes).toBeLessThan(left / 2);
  });

  test('with a wrong checksum is all there, with a warning', async () => {
    const wrong = Buffer.from(whole);
    wrong[wrong.length - 8] = wrong[wrong.length - 8]! ^ 1;
    const { diagnostics, generations } = await diagnosticsOf(wrong);
    expect(generations.length).toBe((await diagnosticsOf(whole)).generations.length);
    expect(diagnostics).toMatchObject([{ code: 'compressed-data-damaged', lostBytes: 0 }]);
    expect(diagnostics[0]!.sentence).toContain('the checksum is wrong');
  });

  test('with wrong bytes is read as far as it goes, and what is wrong is said', async () => {
    for (let i = 1; i < 8; i++) {
      const wrong = Buffer.from(whole);
      const at = Math.floor((whole.length * i) / 8);
      wrong[at] = wrong[at]! ^ 0x55;
      const { diagnostics } = await diagnosticsOf(wrong);
      expect(diagnostics).toMatchObject([{ code: 'compressed-data-damaged' }]);
    }
  });

  test('reports progress in bytes of the file', async () => {
    let readBytes = 0;
    await ingest({
      source: memorySource(whole, 4096),
      databasePath: newDatabase(),
      sizeBytes: whole.length,
      onProgress: (progress) => (readBytes = progress.readBytes),
    });
    expect(readBytes).toBe(whole.length);
  });
});

describe('a trace as text', () => {
  const text = `Trace Go1.22
EventBatch gen=1 m=18446744073709551615 time=10 size=auto
Frequency freq=1000000000
EventBatch gen=1 m=5 time=12 size=auto
ProcStatus dt=1 p=0 pstatus=1
GoStatus dt=1 g=9 m=5 gstatus=2
`;
  test('is stored like the trace it stands for', async () => {
    const expected = digestOf((await read(encodeTextTrace(text))).path);
    for (const data of [Buffer.from(text), gzipSync(text)])
      expect(digestOf((await read(data)).path)).toBe(expected);
  });

  test('fails with the line that is wrong', async () => {
    const wrong = Buffer.from(`${text}GoStrat dt=1\n`);
    await expect(read(wrong)).rejects.toMatchObject({ code: 'bad-text-trace', facts: { line: 7 } });
  });
});

describe('the groups sum up the goroutines', () => {
  test.each(fixtureTraces)('%s', async (name) => {
    const { path } = await read(fixtureBytes(name));
    const reader = new TraceReader(path);
    const sums = new Map<number, { count: number; totalNs: number; execNs: number; syncNs: number }>();
    for (const { nameIx, totalNs, execNs, syncNs } of openGoroutineTable(reader).all()) {
      const so = sums.get(nameIx) ?? { count: 0, totalNs: 0, execNs: 0, syncNs: 0 };
      sums.set(nameIx, {
        count: so.count + 1,
        totalNs: so.totalNs + totalNs,
        execNs: so.execNs + execNs,
        syncNs: so.syncNs + syncNs,
      });
    }
    const groups = reader.groups();
    expect(groups.length).toBe(sums.size);
    for (const group of groups) expect(group).toMatchObject(sums.get(group.nameIx)!);
    expect(reader.trace().goroutines).toBe(groups.reduce((so, group) => so + group.count, 0));
    reader.close();
  });
});

test('rows of finished generations can be read while the rest is still coming', async () => {
  const data = fixtureBytes('shop-go1.26-generations.trace');
  const path = newDatabase();
  const seen: { revision: number; complete: boolean; goroutines: number }[] = [];
  const whole = memorySource(data, 4096);
  const source: ByteSource = {
    readInto: (target) => {
      try {
        const reader = new TraceReader(path);
        const { revision, complete } = reader.trace();
        seen.push({ revision, complete, goroutines: [...openGoroutineTable(reader).all()].length });
        reader.close();
      } catch {
        // Before the first transaction there is nothing to read.
      }
      return whole.readInto(target);
    },
  };
  const outcome = await ingest({ source, databasePath: path, sizeBytes: data.length });
  expect(outcome.generations).toBeGreaterThan(2);
  const during = seen.filter(({ revision }) => revision > 0);
  expect(during.length).toBeGreaterThan(0);
  expect(during.every(({ complete, goroutines }) => !complete && goroutines > 0)).toBe(true);
});

test('whatever was read so far, each goroutine has one row, and the groups count the rows', async () => {
  const data = fixtureBytes('shop-go1.26-generations.trace');
  const path = newDatabase();
  const whole = memorySource(data, 4096);
  const revisions = new Map<number, number>();
  const check = (): void => {
    const reader = new TraceReader(path);
    const ids = [...openGoroutineTable(reader).all()].map(({ id }) => id);
    const order = { column: 'id', isFiltered: false, key: '' } as const;
    const rows = openGoroutineTable(reader).rows(order, ids.length, 0, ids.length);
    expect(rows.map(({ id }) => id)).toEqual(ids);
    expect(reader.groups().reduce((so, { count }) => so + count, 0)).toBe(ids.length);
    const { revision, goroutines } = reader.trace();
    expect(ids.length).toBe(goroutines);
    revisions.set(revision, reader.goroutineChunks().at(-1)?.ix ?? 0);
    reader.close();
  };
  const source: ByteSource = {
    readInto: (target) => {
      if (existsSync(path) && revisions.size < 100 && hasTrace(path)) check();
      return whole.readInto(target);
    },
  };
  await ingest({ source, databasePath: path, sizeBytes: data.length });
  check();
  // Each revision wrote chunks of its own.
  expect(revisions.size).toBeGreaterThan(2);
  expect(new Set(revisions.values()).size).toBe(revisions.size);
});

test('a number that comes twice is two rows, of which the later counts for whoever asks by number', async () => {
  const life = `GoCreate dt=1 new_g=7 new_stack=0 stack=0
GoStop dt=1 reason_string=0 stack=0
GoStart dt=1 g=7 g_seq=1
GoDestroy dt=4
GoStart dt=5 g=9 g_seq=`;
  const { path } = await read(
    encodeTextTrace(`Trace Go1.22
EventBatch gen=1 m=18446744073709551615 time=10 size=auto
Frequency freq=1000000000
EventBatch gen=1 m=5 time=12 size=auto
ProcStatus dt=1 p=0 pstatus=1
GoStatus dt=1 g=9 m=5 gstatus=2
${life}1
${life.replace('dt=4', 'dt=40')}2
${life.replace('GoDestroy dt=4\n', 'GoStop dt=400 reason_string=0 stack=0\n')}3
`),
  );
  const reader = new TraceReader(path);
  const table = openGoroutineTable(reader);
  expect([...table.lives(7)].map(({ execNs }) => execNs)).toEqual([4, 40, 400]);
  expect(table.goroutine(7)!.execNs).toBe(400);
  expect([...table.all()].map(({ id, execNs }) => [id, execNs])).toEqual([
    [7, 400],
    [9, expect.any(Number)],
  ]);
  expect(reader.groups().reduce((so, { count }) => so + count, 0)).toBe(4);
  reader.close();
});

describe('a damaged trace gives what could be read and says what was lost', () => {
  test.each(fixtureTraces)('%s cut at any place', async (name) => {
    const data = fixtureBytes(name);
    for (let i = 1; i < 12; i++) {
      const length = Math.floor((data.length * i) / 12);
      const { path, outcome } = await read(data.subarray(0, length));
      expect(outcome.diagnostics).toBe(1);
      const reader = new TraceReader(path);
      const [diagnostic] = reader.diagnostics();
      expect(diagnostic!.atByte).toBeLessThanOrEqual(length);
      expect(diagnostic!.lostBytes).toBeLessThanOrEqual(length);
      expect(reader.trace().complete).toBe(true);
      reader.close();
    }
  });

  test('complete generations before the damage are all there', async () => {
    const data = fixtureBytes('shop-go1.26-generations.trace');
    const whole = await read(data);
    const cut = await read(data.subarray(0, data.length - 100));
    const wholeReader = new TraceReader(whole.path);
    const cutReader = new TraceReader(cut.path);
    // The Sync behind the last one counts for it, so its time and events differ.
    const places = (reader: TraceReader) =>
      reader
        .generations()
        .map(({ generation, startByte, untilByte, startNs }) => [generation, startByte, untilByte, startNs]);
    expect(places(cutReader)).toEqual(places(wholeReader).slice(0, -1));
    const lastStart = wholeReader.generations().at(-1)!.startByte;
    expect(cutReader.diagnostics()[0]).toMatchObject({
      code: 'file-truncated',
      lostBytes: data.length - 100 - lastStart,
    });
    wholeReader.close();
    cutReader.close();
  });

  test('random bytes behind a good header are a failure in one sentence', async () => {
    const data = new Uint8Array(5000).fill(0xee);
    data.set(Buffer.from('go 1.26 trace\0\0\0'));
    const { outcome } = await read(data);
    expect(outcome.state).toBe('failed');
    expect(outcome.failure!.sentence).toMatch(/^Nothing of this trace could be read: .*\(byte 16\)\.$/);
  });

  test('a source that breaks off while rows are being written is what the ingest fails with', async () => {
    const data = fixtureBytes('shop-go1.26-generations.trace');
    const whole = memorySource(data, 4096);
    let left = 20;
    const source: ByteSource = {
      readInto: (target) =>
        left-- > 0 ? whole.readInto(target) : Promise.reject(new Error('the disk is gone')),
    };
    await expect(ingest({ source, databasePath: newDatabase() })).rejects.toThrow('the disk is gone');
  });

  test('numbers of goroutines may be as large as the format allows', async () => {
    const numbers = [
      '9007199254740993',
      '9223372036854775807',
      '9223372036854775808',
      '18446744073709551615',
    ];
    const { path, outcome } = await read(
      encodeTextTrace(`Trace Go1.22
EventBatch gen=1 m=18446744073709551615 time=10 size=auto
Frequency freq=1000000000
EventBatch gen=1 m=5 time=12 size=auto
ProcStatus dt=1 p=0 pstatus=1
${numbers.map((number) => `GoCreate dt=1 new_g=${number} new_stack=0 stack=0`).join('\n')}
`),
    );
    expect(outcome).toMatchObject({ state: 'complete', goroutines: numbers.length });
    const reader = new TraceReader(path);
    expect([...openGoroutineTable(reader).all()]).toHaveLength(numbers.length);
    reader.close();
  });

  test('a trace that ends before any event is empty, and says so', async () => {
    const { path, outcome } = await read(encodeTextTrace('Trace Go1.26\n'));
    expect(outcome.state).toBe('complete');
    const reader = new TraceReader(path);
    expect(reader.diagnostics()[0]).toMatchObject({ severity: 'warning', code: 'no-events', lostBytes: 0 });
    reader.close();
  });

  test('every hand-written trace is stored or refused', async () => {
    const texts = new URL('../../fixtures/text/', import.meta.url);
    for (const file of ['invalid-stack-id.txt', 'negative-ids.txt', 'status-0.txt']) {
      const text = readFileSync(new URL(file, texts), 'utf8');
      const { outcome } = await read(encodeTextTrace(text.split('--- trace\n')[1]!.split('--- output')[0]!));
      expect(outcome.state).toBe('complete');
    }
  });
});
