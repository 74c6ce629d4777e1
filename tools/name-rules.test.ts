import { describe, expect, it } from 'vitest';
import { nameComplaints } from './name-rules.ts';

describe('names', () => {
  it.each([
    'main/host/trace-session.ts',
    'main/host/trace-session.test.ts',
    'renderer/widgets/VirtualGrid.svelte',
    'renderer/state/groups-table.svelte.ts',
    'renderer/App.test.ts',
    'fixtures/traces/shop-go1.26.trace',
    'e2e/specs/open-trace.spec.ts',
    'docs/decisions/disposable-cache.md',
    'README.md',
    'fixtures/README.md',
    'LICENSE',
    '.ci/run',
    '.prettierrc.json',
    'tsconfig.base.json',
    'fixtures/programs/shop/go.mod',
  ])('that are fine: %s', (path) => {
    expect(nameComplaints(path, 1000)).toEqual([]);
  });

  it.each([
    ['main/host/traceSession.ts', 'kebab-case'],
    ['main/host/Trace.ts', 'kebab-case'],
    ['main/host/trace_session.ts', 'kebab-case'],
    ['main/traceFile/read.ts', 'the folder "traceFile"'],
    ['renderer/widgets/virtual-grid.svelte', 'PascalCase'],
    ['renderer/widgets/virtualGrid.svelte', 'PascalCase'],
    ['main/utils/time.ts', '"utils" says nothing'],
    ['main/host/session-manager.ts', '"manager" says nothing'],
    ['renderer/widgets/PanelHelper.svelte', '"helper" says nothing'],
    ['main/host/host.spec.ts', 'x.test.ts'],
    ['main/__tests__/host.test.ts', 'beside what it tests'],
    ['main/host/test/host.test.ts', 'beside what it tests'],
  ])('that are not: %s', (path, words) => {
    expect(nameComplaints(path, 1000).join('\n')).toContain(words);
  });

  it('sees a file that is too large', () => {
    expect(nameComplaints('fixtures/traces/large.trace', 3 << 20)).toEqual([
      'fixtures/traces/large.trace: is larger than 2 MB',
    ]);
  });
});
