import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { hostileTraces } from './hostile-traces.ts';

const folder = mkdtempSync(join(tmpdir(), 'gopherscope-hostile-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a trace of some hundred kilobytes takes neither long nor much memory, whatever it says', () => {
  test.each(Object.keys(hostileTraces))('%s', (name) => {
    const script = join(import.meta.dirname, 'read-hostile.ts');
    const args = [script, name, '30000', join(folder, 'trace.sqlite')];
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 18_000 });
    expect(stderr).toBe('');
    const { cpuMs, memoryMb } = JSON.parse(stdout) as { cpuMs: number; memoryMb: number };
    expect(cpuMs).toBeLessThan(2500);
    expect(memoryMb).toBeLessThan(300);
  });
});
