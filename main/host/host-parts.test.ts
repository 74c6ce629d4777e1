import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { fingerprint, samples } from './fingerprint.ts';
import { createLoadState } from './load-state.ts';
import { cacheFolderPath, dataFolderPath } from './platform-folders.ts';

const folder = mkdtempSync(join(tmpdir(), 'parts-'));
afterEach(() => {
  vi.useRealTimers();
});

describe('a fingerprint', () => {
  const of = async (content: Uint8Array): Promise<string> => {
    const path = join(folder, 'file');
    writeFileSync(path, content);
    const key = await fingerprint(path);
    rmSync(path);
    return key;
  };

  it('is the same for the same content and differs with its size, its edges and its middle', async () => {
    const content = new Uint8Array(3_000_000).fill(1);
    const changed = (at: number): Uint8Array => content.with(at, 2);
    const keys = [
      content,
      content.subarray(1),
      changed(0),
      changed(2_999_999),
      changed(samples(3_000_000)[30]![0]),
    ];
    const prints = [];
    for (const key of keys) prints.push(await of(key));
    expect(new Set(prints).size).toBe(keys.length);
    expect(await of(content)).toBe(prints[0]);
    expect(prints[0]).toMatch(/^[0-9a-f]{40}$/);
  });

  it('looks at all of a small file', async () => {
    expect(samples(1000)).toEqual([[0, 1000]]);
    expect(await of(new Uint8Array(0))).toHaveLength(40);
  });

  it('looks at evenly spaced blocks inside a large one, and no more', () => {
    const size = 5e9;
    const looked = samples(size);
    expect(looked).toHaveLength(64);
    expect(looked.at(-2)![0] + 4096).toBeLessThanOrEqual(size - 65536);
    expect(looked.reduce((sum, [, length]) => sum + length, 0)).toBeLessThan(400_000);
  });
});

describe('platform folders', () => {
  const linux = { env: {}, platform: 'linux', home: '/home/g' } as const;

  it('follow each platform', () => {
    expect(cacheFolderPath(linux)).toBe('/home/g/.cache/gopherscope');
    expect(cacheFolderPath({ ...linux, env: { XDG_CACHE_HOME: '/c' } })).toBe('/c/gopherscope');
    expect(cacheFolderPath({ ...linux, env: { XDG_CACHE_HOME: 'relative' } })).toBe(
      '/home/g/.cache/gopherscope',
    );
    expect(cacheFolderPath({ ...linux, platform: 'darwin' })).toBe('/home/g/Library/Caches/gopherscope');
    expect(cacheFolderPath({ env: { LOCALAPPDATA: 'C:\\L' }, platform: 'win32', home: '' })).toBe(
      'C:\\L\\gopherscope\\Cache',
    );
    expect(dataFolderPath(linux)).toBe('/home/g/.local/share/gopherscope');
  });

  it('can be overridden', () => {
    expect(cacheFolderPath({ ...linux, env: { GOPHERSCOPE_CACHE_DIR: '/x' } })).toBe('/x');
    expect(dataFolderPath({ ...linux, env: { GOPHERSCOPE_DATA_DIR: '/y' } })).toBe('/y');
  });
});

describe('the state of loading', () => {
  type Progress = Parameters<typeof createLoadState>[0];
  const progress = (events: number, stage: Progress['stage'] = 'reading'): Progress =>
    ({ stage, events }) as Progress;
  const never = new AbortController().signal;

  it('is reported at once, about ten times a second, and at the end', async () => {
    vi.useFakeTimers();
    const load = createLoadState(progress(0));
    const seen: number[] = [];
    const end = load.watch(({ events }) => seen.push(events), never);
    for (let events = 1; events <= 1000; events++) {
      load.update(progress(events));
      vi.advanceTimersByTime(1);
    }
    load.update(progress(1001, 'ready'));
    expect(seen.length).toBeGreaterThan(8);
    expect(seen.length).toBeLessThan(12);
    expect((await end).events).toBe(1001);
  });

  it('resolves at once for who watches after the end', async () => {
    const load = createLoadState(progress(5, 'failed'));
    await expect(load.watch(vi.fn(), never)).resolves.toMatchObject({ stage: 'failed' });
  });

  it('is given up as cancelled', async () => {
    const load = createLoadState(progress(0));
    const end = load.watch(vi.fn(), never);
    load.giveUp();
    await expect(end).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('is not reported to who lost interest', () => {
    vi.useFakeTimers();
    const load = createLoadState(progress(0));
    const [control, report] = [new AbortController(), vi.fn()];
    void load.watch(report, control.signal);
    control.abort();
    load.update(progress(1));
    vi.advanceTimersByTime(1000);
    expect(report).toHaveBeenCalledTimes(1);
  });
});
