/**
 * `npm run fuzz:go -- --count 1000 --seed 7`: prints damaged traces with `events --format go` and with the `go tool trace
 * -d=parsed` of this machine, and reports every one on which they differ: in the text, or in whether the reading ends with
 * an error. Traces on which Go's reader crashes are left out. GO_TRACE names another trace tool than that of the Go at hand.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { goText } from './go-text-of.ts';
import { mutant, origins } from './mutant.ts';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    first: { type: 'string', default: '0' },
    only: { type: 'string', default: '' },
    /** A folder for the traces that differ, with both texts. */
    keep: { type: 'string' },
  },
});
const tool =
  process.env['GO_TRACE'] ?? execFileSync('go', ['tool', '-n', 'trace'], { encoding: 'utf8' }).trim();
const folder = mkdtempSync(join(tmpdir(), 'gopherscope-fuzz-go-'));

interface Reading {
  readonly text: string;
  readonly isBroken: boolean;
}

/** Undefined where Go's reader crashes, or takes too long. */
function goReading(data: Uint8Array): (Reading & { readonly complaint: string }) | undefined {
  const path = join(folder, 'case.trace');
  writeFileSync(path, data);
  const { stdout, stderr, status } = spawnSync(tool, ['-d=parsed', path], {
    encoding: 'latin1',
    maxBuffer: 1 << 30,
    timeout: 20_000,
    env: { ...process.env, TZ: 'UTC' },
  });
  if (status === null || /^(panic|fatal error|unexpected fault|runtime): ?/m.test(stderr)) return undefined;
  return { text: stdout, isBroken: status !== 0, complaint: stderr.slice(0, 300) };
}

const firstDifference = (a: string, b: string): string => {
  const [ours, gos] = [a.split('\n'), b.split('\n')];
  const at = ours.findIndex((line, i) => line !== gos[i]);
  const line = at < 0 ? ours.length : at;
  return `line ${line + 1}:\n  ours ${ours[line] ?? '(nothing)'}\n  Go's ${gos[line] ?? '(nothing)'}`;
};

async function compare(index: number): Promise<'same' | 'different' | 'skipped'> {
  const { data, story } = mutant(all, Number(values.seed), index);
  if (!/^go 1\.(11|19|2[12356]) trace\0\0\0/.test(Buffer.from(data.subarray(0, 16)).toString('latin1')))
    return 'skipped';
  const gos = goReading(data);
  if (!gos) return 'skipped';
  const ours = await goText(data);
  if (ours.text === gos.text && ours.isBroken === gos.isBroken) return 'same';
  const what =
    ours.text === gos.text
      ? `ends ${ours.isBroken ? 'broken' : 'well'}, with Go ${gos.isBroken ? 'broken' : 'well'}`
      : firstDifference(ours.text, gos.text);
  console.log(
    `case ${index} of seed ${values.seed} (${story}): ${what}\n  ours: ${ours.trouble}\n  Go: ${gos.complaint.trim()}`,
  );
  if (values.keep !== undefined) {
    mkdirSync(values.keep, { recursive: true });
    const path = join(values.keep, `${values.seed}-${index}`);
    writeFileSync(`${path}.trace`, data);
    writeFileSync(`${path}.ours`, ours.text, 'latin1');
    writeFileSync(`${path}.go`, gos.text, 'latin1');
  }
  return 'different';
}

const all = origins(values.only);
const tally = { same: 0, different: 0, skipped: 0 };
for (let i = 0; i < Number(values.count); i++) tally[await compare(Number(values.first) + i)]++;
rmSync(folder, { recursive: true, force: true });
console.log(`${tally.skipped} left out: Go's reader crashes, or the header is of no known version`);
console.log(`${tally.same} passed, ${tally.different} failed`);
process.exitCode = tally.different > 0 ? 1 : 0;
