import { expect, test } from 'vitest';
import { Core } from './core.ts';
import { GoroutineChunks } from './goroutine-chunks.ts';
import { PackedSpanScan } from './span-scan.ts';

const noRows = {
  goroutineChunks: () => [],
  goroutineChunkHead: () => undefined,
  goroutineColumn: () => undefined,
};
const [running, waiting, syscall, blocked] = [3, 4, 5, 6];

/** A chunk with one goroutine: what it did, for how long, and at which stack; reasons are 0. */
function chunkOf(...spans: readonly (readonly [ns: number, state: number, stack: number])[]): Uint8Array {
  const stream = spans.flat();
  return Uint8Array.of(1, 7, 0, stream.length, 19, ...stream);
}

function staysOf(chunk: Uint8Array): number[][] {
  const core = new Core();
  const scan = new PackedSpanScan(core, new GoroutineChunks(core, noRows, 0));
  scan.open({ stack: true }, { from: 0, until: 1000 });
  scan.chunk(chunk, 0, 1000);
  const { count, states, stays, ns } = scan.sums();
  return Array.from({ length: count }, (_, i) => [states[i]!, stays[i]!, ns[i]!]);
}

test('two waits at one stack are two stays, even if what the goroutine did between them took no time', () => {
  expect(staysOf(chunkOf([9, running, 0], [10, waiting, 5], [0, running, 0], [20, waiting, 5]))).toEqual([
    [running, 1, 9],
    [waiting, 2, 30],
  ]);
});

test('what was only cut is one stay, and so is a system call that loses its processor', () => {
  expect(staysOf(chunkOf([9, running, 0], [10, waiting, 5], [20, waiting, 5]))).toEqual([
    [running, 1, 9],
    [waiting, 1, 30],
  ]);
  expect(staysOf(chunkOf([9, running, 0], [10, syscall, 5], [20, blocked, 5]))).toEqual([
    [running, 1, 9],
    [syscall, 1, 10],
    [blocked, 0, 20],
  ]);
});

test.each([
  ['that says it has more streams than bytes', Uint8Array.of(255, 255, 255, 127)],
  ['whose stream is longer than it', Uint8Array.of(1, 7, 0, 90, 19, 9, 3, 0)],
  ['with bytes behind its streams', Uint8Array.of(...chunkOf([9, running, 0]), 0)],
  ['that ends inside a span', chunkOf([9, running, 0]).subarray(0, 7)],
  ['with a span longer than time', Uint8Array.of(1, 7, 0, 12, 19, ...Array<number>(9).fill(255), 1, 3, 0)],
])('a chunk %s is refused', (_, chunk) => {
  expect(() => staysOf(chunk)).toThrow(expect.objectContaining({ code: 'cache-damaged' }));
});
