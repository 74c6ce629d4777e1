import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { analysisNames } from '#common/analyses/registry.ts';
import { fixtureBytes, fixturePath } from '../../fixtures/fixture-traces.ts';

const root = new URL('../../', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'gopherscope-cli-'));
const env = { ...process.env, GOPHERSCOPE_CACHE_DIR: join(folder, 'cache'), TZ: 'UTC' };
afterAll(() => rmSync(folder, { recursive: true }));
const program = `import { runCommandLine } from '#main/cli/main.ts'; process.exitCode = await runCommandLine(process.argv.slice(1));`;
const nodeArgs = ['--input-type=module', '-e', program, '--'];

function run(args: readonly string[], input?: Uint8Array) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...nodeArgs, ...args], {
    cwd: root,
    env,
    encoding: 'utf8',
    maxBuffer: 1e8,
    ...(input ? { input } : {}),
  });
  return { status, stdout, stderr };
}

const trace = fixturePath('shop-go1.26.trace');
const generations = 'shop-go1.26-generations.trace';
const damaged = join(folder, 'damaged.trace');
beforeAll(() => {
  const data = fixtureBytes(generations);
  writeFileSync(damaged, data.subarray(0, data.length - 50));
});

describe('info', () => {
  test('says what a trace holds', () => {
    const { status, stdout, stderr } = run(['info', trace]);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^Written by +Go 1\.26 or 1\.27 \(format go 1\.26\)\nDuration/);
    expect(stdout).toMatch(/\nEvents +35 473\n/);
  });

  test('says the same of standard input, in JSON whose points in time count from the origin', () => {
    const { status, stdout } = run(['info', '--format', 'json', '-'], fixtureBytes('shop-go1.25.trace'));
    expect(status).toBe(0);
    const facts = JSON.parse(stdout) as Record<string, unknown>;
    expect(facts).toMatchObject({ formatVersion: 'go 1.25', events: 18502, complete: true, diagnostics: [] });
    expect(facts['originNs']).toBeGreaterThan(1e9);
    expect(readdirSync(env.GOPHERSCOPE_CACHE_DIR).filter((name) => name.startsWith('stdin'))).toEqual([]);
  });

  test('reads a damaged trace as far as it goes, with the loss on standard error', () => {
    // The second time it comes from the cache.
    for (let time = 0; time < 2; time++) {
      const { status, stdout, stderr } = run(['info', damaged]);
      expect(status).toBe(0);
      expect(stdout).toContain('Diagnostics');
      expect(stderr).toMatch(
        /^gopherscope: The file ends inside a batch, of which it holds 4476 of 4525 bytes \(byte \d+, in generation 3\)\. The last [\d.]+ kB of the file were not used\.\n$/,
      );
    }
  });
});

describe('events', () => {
  test('prints a line each, and stops when nobody reads on', async () => {
    const child = spawn(process.execPath, [...nodeArgs, 'events', trace], { cwd: root, env });
    let errors = '';
    child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
    const first = await new Promise<string>((resolve) =>
      child.stdout.once('data', (data: Buffer) => resolve(data.toString())),
    );
    child.stdout.destroy();
    const status = await new Promise((resolve) => child.once('close', resolve));
    expect(first).toMatch(/^ +0\.000000000 s +- +- +- +Sync +sync=1 originNs=\d+/);
    expect([status, errors]).toEqual([0, '']);
  });

  test('prints one JSON object a line, with times from the origin', () => {
    const { status, stdout } = run(['events', '--format', 'json', trace]);
    expect(status).toBe(0);
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(events.length).toBe(35473);
    expect(events[0]).toMatchObject({ timeNs: 0, kind: 'Sync', goroutine: null });
    expect(
      events.every(
        (event, i) => i === 0 || (event['timeNs'] as number) > (events[i - 1]!['timeNs'] as number),
      ),
    ).toBe(true);
  });
});

describe('goroutines', () => {
  test('lists all of them in JSON, with waits by reason and regions', () => {
    const { status, stdout } = run(['goroutines', '--format', 'json', trace]);
    expect(status).toBe(0);
    const { goroutines } = JSON.parse(stdout) as { goroutines: Record<string, unknown>[] };
    const main = goroutines.find((goroutine) => goroutine['name'] === 'main.main')!;
    expect(main['totalNs']).toBeGreaterThan(0);
    expect(Object.values(main['blockNs'] as object).every((ns) => ns > 0)).toBe(true);
    expect(goroutines.some((goroutine) => (goroutine['regions'] as unknown[]).length > 0)).toBe(true);
  });

  test('lists as many in TSV, and groups that sum them up', () => {
    const rows = run(['goroutines', '--format', 'tsv', trace]).stdout.trim().split('\n');
    const groups = run(['goroutines', '--by', 'group', '--format', 'tsv', trace]).stdout.trim().split('\n');
    expect(rows[0]).toMatch(/^id\tname\tcreationNs/);
    const counts = groups.slice(1).map((row) => Number(row.split('\t')[1]));
    expect(counts.reduce((so, count) => so + count, 0)).toBe(rows.length - 1);
  });

  test('aligns the groups as text', () => {
    const { stdout } = run(['goroutines', '--by', 'group', trace]);
    expect(stdout).toMatch(
      /^\d+ goroutines within [\s\S]*\n *Count +Total +Execution .* Execution: mean +p50 .* Start function\n/,
    );
  });
});

test('the launcher passes every analysis on to the command line', () => {
  const launcher = readFileSync(join(root, 'bin/gopherscope.mjs'), 'utf8');
  expect(analysisNames.filter((name) => !launcher.includes(`\n  '${name}',\n`))).toEqual([]);
});

describe('wall', () => {
  test('says how much time went where, and in which state', () => {
    const { stdout } = run(['wall', '--group', 'main.clerk', trace]);
    expect(stdout).toMatch(/^State +Stays +Time +%\n/);
    expect(stdout).toMatch(/\nall +[\d ]+ .*100 %\n\n +Flat +Flat % +Sum % +Cum +Cum % +Function\n/);
    expect(stdout).toMatch(/100 % +main\.clerk\n/);
    const folded = run(['wall', '--format', 'folded', trace]).stdout.trim().split('\n');
    expect(folded.every((line) => /\[[a-z]+\] \d+$/.test(line))).toBe(true);
  });
});

describe('profile', () => {
  test('says how long goroutines waited, as a table, a file for pprof and folded stacks', () => {
    const text = run(['profile', 'sync', trace]).stdout;
    expect(text).toMatch(
      /^[\d ]+ waits, [\d.]+ m?s; of these .*\n\n +Flat +Flat % +Sum % +Cum +Cum % +Function\n/,
    );
    const out = join(folder, 'sync.pb.gz');
    expect(run(['profile', 'sync', '--format', 'pprof', '-o', out, trace]).status).toBe(0);
    expect([...readFileSync(out).subarray(0, 2)]).toEqual([0x1f, 0x8b]);
    const folded = run(['profile', 'sync', '--format', 'folded', trace]).stdout.trim().split('\n');
    expect(folded.every((line) => / \d+$/.test(line))).toBe(true);
  });

  test('leaves a file that is there alone unless it is told otherwise', () => {
    const out = join(folder, 'kept.tsv');
    writeFileSync(out, 'mine');
    const refused = run(['profile', 'sync', '--format', 'tsv', '-o', out, trace]);
    expect([refused.status, readFileSync(out, 'utf8')]).toEqual([1, 'mine']);
    expect(refused.stderr).toContain('--force replaces it');
    expect(run(['profile', 'sync', '--format', 'tsv', '-o', out, '--force', trace]).status).toBe(0);
    expect(readFileSync(out, 'utf8')).toMatch(/^\d+\t\d+\t/);
  });

  test('is about a window and some goroutines', () => {
    const sum = (...args: string[]): number =>
      run(['profile', 'all', '--format', 'tsv', ...args, trace])
        .stdout.trim()
        .split('\n')
        .reduce((so, line) => so + Number(line.split('\t')[1] ?? 0), 0);
    const whole = sum();
    expect(sum('--until', '10ms') + sum('--from', '10ms')).toBe(whole);
    expect(sum('--group', 'main.main')).toBeLessThan(whole);
    expect(sum('--group', 'main.main')).toBe(sum('--goroutine', '1'));
  });

  test.each([
    [['profile', 'nothing', trace], 'profile needs one of net, sync'],
    [['profile', 'net', '--from', 'noon', trace], '--from takes a time'],
    [['profile', 'net', '--goroutine', 'x', trace], '--goroutine takes numbers'],
    [['profile', 'net', '--limit', '-3', trace], 'profile: '],
  ])('%s is wrong usage, said in one line', (args, sentence) => {
    const { status, stderr } = run(args);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^gopherscope: [^\n]+\n$/);
    expect(stderr).toContain(sentence);
  });

  test('a start function, task or region that is not there is said to be missing', () => {
    for (const [flag, value] of [
      ['--group', 'main.nobody'],
      ['--task', 'nothing'],
      ['--region', 'nowhere'],
    ]) {
      const { status, stderr } = run(['profile', 'net', flag!, value!, trace]);
      expect([status, stderr.split('\n').length]).toEqual([1, 2]);
      expect(stderr).toContain(value);
    }
  });
});

test('events can be filtered, and printed with all frames', () => {
  const args = ['--from', '1ms', '--until', '20ms', '--kind', 'goblock', '--stacks'];
  const { status, stdout } = run(['events', ...args, trace]);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^ +0\.0[01]\d+ s .* GoBlock .*\n {8}\S+ {2}\S+:\d+\n/);
  expect(stdout).not.toMatch(/ GoStart /);
});

test('raw text is printed as it stands, and opens again as a trace', () => {
  const raw = run(['events', '--format', 'raw', trace]);
  expect([raw.status, raw.stderr]).toEqual([0, '']);
  expect(raw.stdout).toMatch(/^EventBatch gen=1 m=18446744073709551615 time=\d+ size=\d+\nSync\nFrequency /);
  const path = join(folder, 'trace.txt');
  writeFileSync(path, `Trace Go1.26\n${raw.stdout}`);
  const info = JSON.parse(run(['info', '--format', 'json', path]).stdout) as object;
  expect(info).toMatchObject({ events: 35473, diagnostics: [] });
  writeFileSync(path, `Trace Go1.26\n${raw.stdout}GoStrat\n`);
  const wrong = run(['events', path]);
  expect(wrong.status).toBe(1);
  expect(wrong.stderr).toMatch(
    /^gopherscope: Line \d+ of \S+trace\.txt has the event "GoStrat", which there is not;.*\n$/,
  );
});

test('a compressed trace opens as it is, as a file and from standard input', () => {
  const path = join(folder, 'packed.trace.gz');
  const packed = gzipSync(fixtureBytes('shop-go1.26.trace'));
  writeFileSync(path, packed);
  for (const { status, stdout } of [
    run(['info', '--format', 'json', path]),
    run(['info', '--format', 'json', '-'], packed),
  ]) {
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ events: 35473, sizeBytes: packed.length, diagnostics: [] });
  }
});

test('compressed data that break off are read as far as they go, with the loss on standard error', () => {
  const packed = gzipSync(fixtureBytes(generations));
  const { status, stdout, stderr } = run(
    ['goroutines', '--by', 'group', '-'],
    packed.subarray(0, packed.length - 9),
  );
  expect(status).toBe(0);
  expect(stdout).toMatch(/^\d+ goroutines within/);
  expect(stderr).toMatch(
    /^gopherscope: The gzip-compressed data cannot be read to their end: they break off .*\n$/,
  );
});

describe('tasks', () => {
  test('prints one JSON object with every task, rows for a spreadsheet, and columns for people', () => {
    const { status, stdout } = run(['tasks', '--format', 'json', trace]);
    expect(status).toBe(0);
    const { originNs, tasks } = JSON.parse(stdout) as { originNs: number; tasks: Record<string, unknown>[] };
    expect(originNs).toBeGreaterThan(1e9);
    expect(tasks[0]).toMatchObject({ id: 1, parent: null, name: 'visit', logs: 5, regions: 10 });
    const rows = run(['tasks', '--each', '--format', 'tsv', trace]).stdout.trim().split('\n');
    expect(rows[0]).toMatch(/^id\tparent\ttype\tstartNs\tendNs\t/);
    expect(rows.length).toBe(tasks.length + 1);
    expect(run(['tasks', trace]).stdout).toMatch(/^Task +Count .* Distribution\nvisit +\d/);
    expect(run(['tasks', '--each', trace]).stdout).toMatch(
      /^ *Task +Parent +Start +Duration .* Type\n +\d+ +- +\d/,
    );
  });
});

test('a task shows its events in order, in text, in rows and in JSON', () => {
  const text = run(['tasks', '--task', '1', trace]).stdout;
  expect(text).toMatch(/^Task +Parent .*\n +1 +- /);
  expect(text).toMatch(/\n +When +Elapsed +Goroutine +Event\n *\d+\.[\d ]+ s +\S+ \S+ +G\d+ +task begins\n/);
  const rows = run(['tasks', '--task', '1', '--format', 'tsv', trace]).stdout.trim().split('\n');
  const json = run(['tasks', '--task', '1', '--format', 'json', trace]).stdout;
  const { eventCount, task } = JSON.parse(json) as { eventCount: number; task: { id: number } };
  expect([rows.length, task.id]).toEqual([eventCount + 1, 1]);
});

describe('regions', () => {
  test('are shown in groups, each, and all of them to scripts', () => {
    const text = run(['regions', trace]).stdout;
    expect(text).toMatch(/^Region +Count +Incomplete +Sum .* Begins in\n/);
    expect(text).toMatch(/\n\w+ .* main\.clerk {2}\S+main\.go:6[23]\n/);
    expect(run(['regions', '--type', 'pick', trace]).stdout).toMatch(/\n +From +Regions\n.*█\n/);
    const each = run(['regions', '--each', '--limit', '3', trace]).stdout;
    expect(each).toMatch(/^Goroutine +Task +Start +Duration .*\n/);
    expect(each).toMatch(/\n\d+ regions in all, \d+ behind these; --limit and --offset show others\.\n$/);
    const { regionCount, regions } = JSON.parse(
      run(['regions', '--each', '--format', 'json', trace]).stdout,
    ) as { regionCount: number; regions: { task: number }[] };
    expect(regions.length).toBe(regionCount);
    expect(typeof regions[0]!.task).toBe('number');
    const rows = run(['regions', '--each', '--format', 'tsv', trace]).stdout.trim().split('\n');
    expect(rows.length).toBe(regionCount + 1);
    const groups = run(['regions', '--format', 'tsv', trace]).stdout.trim().split('\n').slice(1);
    expect(groups.reduce((so, row) => so + Number(row.split('\t')[5]), 0)).toBe(regionCount);
  });

  test('that are not there are said so', () => {
    const missing = run(['regions', '--type', 'nap', trace]);
    expect([missing.status, missing.stderr]).toEqual([
      1,
      'gopherscope: This trace has no user region "nap".\n',
    ]);
  });
});

describe('a mistake gets one line and a status', () => {
  const text = join(folder, 'notes.txt');
  beforeAll(() => writeFileSync(text, 'buy milk\n'));
  test.each([
    [2, ['info'], /info needs a trace file/],
    [2, ['info', 'a', 'b'], /"b" is one too many/],
    [2, ['events', '--format', 'xml', 'a'], /--format takes text, json, go or raw, not "xml"/],
    [2, ['events', '--format', 'raw', '--from', '1s', 'a'], /raw prints the file as it is/],
    [2, ['events', '--from', 'soon', 'a'], /--from takes a time/],
    [2, ['events', '--stacks', '--no-stacks', 'a'], /contradict each other/],
    [2, ['events', '--kind', 'Nap', 'a'], /--kind takes .* not "Nap"/],
    [2, ['events', '--colour', 'a'], /Unknown option '--colour'/],
    [2, ['cache'], /cache needs one of list, clear\./],
    [2, ['cache', 'empty'], /cache needs one of list, clear, not "empty"/],
    [2, ['cache', 'list', 'x'], /"x" is too much/],
    [2, ['cache', 'list', '--format', 'xml'], /--format takes text, json or tsv, not "xml"/],
    [2, ['cache', 'clear', '--format', 'json'], /cache clear takes no --format/],
    [2, ['regions', '--latency-min', 'long', 'a'], /--latency-min takes DURATION, not "long"/],
    [2, ['tasks', '--complete', 'maybe', 'a'], /--complete takes yes, no, not "maybe"/],
    [2, ['frobnicate'], /there is no command "frobnicate"/],
    [1, ['info', join(folder, 'missing')], /There is no file/],
    [1, ['events', folder], /is a folder/],
    [1, ['goroutines', text], /not a Go execution trace but text/],
  ])('%i for %j', (expected, args, sentence) => {
    const { status, stdout, stderr } = run(args);
    expect([status, stdout]).toEqual([expected, '']);
    expect(stderr).toMatch(sentence);
    expect(stderr.trim().split('\n').length).toBe(1);
  });

  test('random bytes behind a good header', () => {
    const { status, stderr } = run(
      ['info', '-'],
      Buffer.concat([Buffer.from('go 1.22 trace\0\0\0'), Buffer.alloc(999, 0xfe)]),
    );
    expect(status).toBe(1);
    expect(stderr).toMatch(/^gopherscope: Nothing of this trace could be read: .*\n$/);
  });
});

test('every command explains itself', () => {
  const { stdout } = run(['--help']);
  for (const name of ['info', 'events', 'goroutines', 'regions', 'tasks', 'cache']) {
    expect(stdout).toContain(`gopherscope ${name} ${name === 'cache' ? 'list|clear' : 'FILE'}`);
    expect(run([name, '--help']).stdout).toMatch(new RegExp(`^gopherscope ${name} `));
  }
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  expect(run(['--version']).stdout).toBe(`gopherscope ${version}\n`);
});
