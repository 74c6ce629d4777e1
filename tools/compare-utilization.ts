/** Compares mutator utilization, computed as Go does, with Go's own figures beside recorded traces: `expected/NAME.mmu.json`. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { UtilizationFlag } from '#common/collector-work.ts';
import { parseDuration } from '#common/duration-input.ts';
import { traceKey } from '#common/ids.ts';
import { durNs } from '#common/units.ts';
import { analysisCore } from '#core-wasm/host/analysis-core.ts';
import { createAnalysisHandlers } from '#main/analyses/handlers.ts';
import { ingest } from '#main/ingest/ingest.ts';
import { memorySource } from '#main/trace-file/byte-source.ts';
import type { Tally } from './validate-traces.ts';

/** `{"perproc:stw|bg|assist": {"10ms": 0.247176, …}, …}` */
type Expected = Readonly<Record<string, Readonly<Record<string, number>>>>;

const context = { signal: new AbortController().signal, report: () => undefined };

export async function compareUtilization(paths: readonly string[]): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), 'gopherscope-utilization-'));
  let passed = 0;
  let failed = 0;
  for (const [i, path] of paths.entries()) {
    const answers = join(dirname(path), 'expected', basename(path).replace(/\.trace$/, '.mmu.json'));
    if (!existsSync(answers)) continue;
    const expected = JSON.parse(readFileSync(answers, 'utf8')) as Expected;
    const complaints = await differences(path, join(folder, `${i}.sqlite`), expected);
    for (const complaint of complaints) console.log(`mmu ${basename(path)}: ${complaint}`);
    if (complaints.length > 0) failed++;
    else passed++;
  }
  rmSync(folder, { recursive: true });
  return { passed, failed };
}

async function differences(
  path: string,
  databasePath: string,
  expected: Expected,
): Promise<readonly string[]> {
  const data = new Uint8Array(readFileSync(path));
  await ingest({ source: memorySource(data), databasePath, sizeBytes: data.length });
  const handlers = createAnalysisHandlers(databasePath, { sizeBytes: data.length }, analysisCore);
  const complaints: string[] = [];
  for (const [key, windows] of Object.entries(expected))
    for (const [length, value] of Object.entries(windows)) {
      const { window } = await handlers['analyses.mmu'](
        {
          trace: traceKey('t'),
          asGo: true,
          perProc: key.startsWith('perproc:'),
          flags: flagsOf(key),
          window: durNs(parseDuration(length)!),
          worst: 0,
        },
        context,
      );
      // Of a trace that never tells GOMAXPROCS Go says that all is left to the program.
      const found = window?.minimum ?? 1;
      if (!(Math.abs(found - value) < 1e-9)) complaints.push(`${key} ${length} is ${found}, not ${value}`);
    }
  handlers.close();
  return complaints;
}

const flagsOf = (key: string): readonly UtilizationFlag[] =>
  key
    .replace('perproc:', '')
    .split('|')
    .map((flag) => (flag === 'bg' ? 'background' : (flag as UtilizationFlag)));
