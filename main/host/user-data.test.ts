import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openUserData } from './user-data.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'data-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const trace = (path: string, openedAtMs: number) => ({
  path,
  key: 'k',
  sizeBytes: 1,
  modifiedAtMs: 1,
  openedAtMs,
  partial: false,
});

describe('recent files', () => {
  it('are remembered latest first, each path once, after a restart too', () => {
    const data = openUserData(folder, vi.fn());
    data.remember(trace('/a', 1));
    data.remember(trace('/b', 2));
    data.remember(trace('/a', 3));
    expect(
      openUserData(folder, vi.fn())
        .recent()
        .map(({ path }) => path),
    ).toEqual(['/a', '/b']);
  });

  it('keep what another process of the program added', () => {
    const [one, two] = [openUserData(folder, vi.fn()), openUserData(folder, vi.fn())];
    one.remember(trace('/a', 1));
    two.remember(trace('/b', 2));
    expect(two.recent()).toHaveLength(2);
  });

  it('are at most 50', () => {
    const data = openUserData(folder, vi.fn());
    for (let index = 0; index < 60; index++) data.remember(trace(`/${index}`, index));
    expect(data.recent()).toHaveLength(50);
    expect(data.recent()[0]?.path).toBe('/59');
  });

  it('can be cleared', () => {
    const data = openUserData(folder, vi.fn());
    data.remember(trace('/a', 1));
    data.clear();
    expect(openUserData(folder, vi.fn()).recent()).toEqual([]);
  });

  it('begin anew after damage, which is set aside', () => {
    const warn = vi.fn();
    writeFileSync(join(folder, 'recent.json'), '{"version": 1, "tra');
    const data = openUserData(folder, warn);
    expect(data.recent()).toEqual([]);
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('set aside'));
    data.remember(trace('/a', 1));
    expect(readdirSync(folder).sort()).toEqual(['recent.json', 'recent.json.damaged']);
    expect(readFileSync(join(folder, 'recent.json.damaged'), 'utf8')).toContain('"tra');
  });

  it('are kept in memory where they cannot be stored', () => {
    const warn = vi.fn();
    writeFileSync(join(folder, 'file'), '');
    const data = openUserData(join(folder, 'file', 'data'), warn);
    data.remember(trace('/a', 1));
    expect(data.recent()).toHaveLength(1);
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('cannot be stored'));
  });
});
