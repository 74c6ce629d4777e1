import { execFileSync } from 'node:child_process';
import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { memorySource, type ByteSource } from './byte-source.ts';
import { compressionOf, DecompressedSource, type Compression } from './decompressed-source.ts';
import { PeekedSource } from './peeked-source.ts';

/** Bytes that neither repeat nor compress to nothing. */
function noise(length: number): Buffer {
  const data = Buffer.alloc(length);
  for (let i = 0, state = 1; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    data[i] = state >>> 28;
  }
  return data;
}
const data = noise(300_000);
const packed: Readonly<Record<Compression, Buffer>> = {
  gzip: gzipSync(data),
  zstd: zstdCompressSync(data, { params: { [constants.ZSTD_c_checksumFlag]: 1 } }),
};
const compressions = Object.keys(packed) as Compression[];

async function unpacked(
  bytes: Uint8Array,
  chunk?: number,
): Promise<{ data: Buffer; damage: string | undefined }> {
  const source = new DecompressedSource(new PeekedSource(memorySource(bytes, chunk)), compressionOf(bytes)!);
  const parts: Buffer[] = [];
  const target = new Uint8Array(50_000);
  for (;;) {
    const count = await source.readInto(target);
    if (count === 0) return { data: Buffer.concat(parts), damage: source.damage };
    parts.push(Buffer.from(target.slice(0, count)));
  }
}

describe.each(compressions)('%s', (compression) => {
  const whole = packed[compression];

  test('is unpacked however it arrives', async () => {
    for (const chunk of [1, 7, 4096, whole.length]) {
      const result = await unpacked(whole, chunk);
      expect(result.damage).toBeUndefined();
      expect(result.data.equals(data)).toBe(true);
    }
  });

  test('may hold several runs, one behind the other', async () => {
    const { data: twice, damage } = await unpacked(Buffer.concat([whole, whole, whole]));
    expect(damage).toBeUndefined();
    expect(twice.equals(Buffer.concat([data, data, data]))).toBe(true);
  });

  test('ends before whatever else follows it', async () => {
    for (const tail of [Buffer.alloc(600), Buffer.from('and more')])
      expect(await unpacked(Buffer.concat([whole, tail]))).toEqual({ data, damage: undefined });
  });

  test('that breaks off gives what comes before', async () => {
    for (const left of [0.1, 0.5, 0.9, 1]) {
      const cut = whole.subarray(0, Math.ceil(whole.length * left) - 1);
      const { data: start, damage } = await unpacked(cut);
      expect(damage).toBe('they break off');
      expect(data.subarray(0, start.length).equals(start)).toBe(true);
      // A block of zstd, 128 kB, is unpacked as one.
      expect(start.length).toBeGreaterThan(data.length * left - 135_000);
    }
  });

  test('with a wrong checksum gives everything, and says so', async () => {
    const wrong = Buffer.from(whole);
    const at = compression === 'gzip' ? whole.length - 8 : whole.length - 1;
    wrong[at] = wrong[at]! ^ 1;
    const result = await unpacked(wrong);
    expect(result.damage).toMatch(/^they are damaged \(/);
    expect(result.data.equals(data)).toBe(true);
  });

  test('with wrong bytes anywhere ends, and says so', async () => {
    for (let i = 1; i < 40; i++) {
      const wrong = Buffer.from(whole);
      const at = Math.floor((whole.length * i) / 40);
      wrong[at] = wrong[at]! ^ 0x55;
      expect((await unpacked(wrong)).damage).toBeDefined();
    }
  });
});

test('gzip’s header may have a name, a comment, more fields and a checksum of its own', async () => {
  const [head, body] = [packed.gzip.subarray(0, 10), packed.gzip.subarray(10)];
  const flagged = Buffer.from(head);
  flagged[3] = 2 | 4 | 8 | 16;
  const extra = Buffer.concat([Buffer.of(3, 0, 1, 2, 3), Buffer.from('a.trace\0why not\0'), Buffer.of(9, 9)]);
  expect((await unpacked(Buffer.concat([flagged, extra, body]))).data.equals(data)).toBe(true);
});

test('zstd may begin with a frame to be skipped', async () => {
  const skipped = Buffer.of(0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4);
  const both = Buffer.concat([skipped, packed.zstd, skipped, packed.zstd]);
  expect((await unpacked(both)).data.equals(Buffer.concat([data, data]))).toBe(true);
});

test('other data are not compressed', () => {
  for (const start of ['', 'go 1.26 trace', '\x1f', 'PK\x03\x04'])
    expect(compressionOf(Buffer.from(start, 'latin1'))).toBeUndefined();
});

/** Prints how much memory it took to unpack what arrives on standard input. */
const measuring = `
import { DecompressedSource, compressionOf } from '#main/trace-file/decompressed-source.ts';
import { PeekedSource } from '#main/trace-file/peeked-source.ts';
import { streamSource } from '#main/trace-file/byte-source.ts';
const input = new PeekedSource(streamSource(process.stdin));
const source = new DecompressedSource(input, compressionOf(await input.peek(64)));
const target = new Uint8Array(65536);
let most = 0, sum = 0;
for (let count = 1; count > 0; sum += count) {
  count = await source.readInto(target);
  if ((sum & 0xffffff) === 0) most = Math.max(most, process.memoryUsage().rss);
}
console.log(JSON.stringify({ sum, most }));
`;

/** 400 MB of which a fiftieth is noise. */
function sparse(): Buffer {
  const block = 1 << 20;
  const zeros = Buffer.alloc(400 * block);
  const some = noise(16 << 20);
  for (let i = 0; i < 400; i++) some.copy(zeros, i * block, i * 40_000, (i + 1) * 40_000);
  return zeros;
}

test.each(compressions)('%s that unpacks to a lot takes no more memory', (compression) => {
  const plenty = sparse();
  const packedPlenty = compression === 'gzip' ? gzipSync(plenty, { level: 1 }) : zstdCompressSync(plenty);
  const printed = execFileSync(process.execPath, ['--input-type=module', '-e', measuring], {
    cwd: new URL('../../', import.meta.url).pathname,
    input: packedPlenty,
    encoding: 'utf8',
  });
  const { sum, most } = JSON.parse(printed) as { sum: number; most: number };
  expect(sum).toBe(plenty.length);
  expect(most).toBeLessThan(250 << 20);
});

test.each(compressions)('%s that unpacks to more than any trace would is given up', async (compression) => {
  const zeros = Buffer.alloc(100 << 20);
  const { data: start, damage } = await unpacked(
    compression === 'gzip' ? gzipSync(zeros, { level: 1 }) : zstdCompressSync(zeros),
  );
  expect(damage).toBe('they unpack to more than 100 times their size');
  expect(start.length).toBeLessThan(70 << 20);
});

test('a source that fails fails whoever reads', async () => {
  const broken: ByteSource = { readInto: () => Promise.reject(new Error('gone')) };
  const source = new DecompressedSource(new PeekedSource(broken), 'gzip');
  await expect(source.readInto(new Uint8Array(9))).rejects.toThrow('gone');
});
