import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { TaskRow } from '#common/analyses/task-analysis.ts';
import { durationHistogram } from '#common/analyses/duration-figures.ts';
import { goId } from '#common/ids.ts';
import type { Handlers } from '#common/rpc/handlers.ts';
import { durNs, traceNs } from '#common/units.ts';
import App from '../../App.svelte';
import { App as AppState } from '../../state/app.svelte.ts';
import { Theme } from '../../state/theme.svelte.ts';
import { standInHost } from '../../testing/stand-in-host.ts';

const count = 2345;
const tasks = Array.from({ length: count }, (_, at): TaskRow => ({
  id: 2n ** 63n + BigInt(at),
  type: 'order',
  startNs: traceNs(at),
  durationNs: durNs(10_000 - at),
  isComplete: false,
  children: 0,
  goroutines: [goId(7), goId(9)],
  regions: 2,
  logs: at,
}));
const group = {
  ...{ type: 'order', count, completeCount: 0, durationNs: durNs(count), regions: 0, logs: 0 },
  histogram: durationHistogram(new Float64Array()),
};
const counts = { taskCount: count, completeCount: 0 };
const answerTasks: Handlers['analyses.tasks'] = ({ each, offset = 0, limit = 1000 }) =>
  each
    ? { kind: 'tasks', taskCount: count, tasks: tasks.slice(offset, offset + limit) }
    : { kind: 'groups', ...counts, groupCount: 1, groups: [group] };

const written: string[] = [];
beforeEach(async () => {
  written.length = 0;
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(1100);
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(600);
  Object.defineProperty(document, 'fonts', { value: { ready: Promise.resolve() }, configurable: true });
  const clipboard = { writeText: (text: string) => Promise.resolve(void written.push(text)) };
  Object.defineProperty(navigator, 'clipboard', { value: clipboard, configurable: true });
  history.replaceState(null, '', '#');
  const host = standInHost({
    'view.last': () => ({ address: '/tasks?file=x' }),
    'analyses.tasks': answerTasks,
  });
  const theme = new Theme(document.documentElement, localStorage, matchMedia('(prefers-color-scheme: dark)'));
  const app = new AppState(host, theme, window);
  render(App, { app });
  await app.start();
  await app.open('/traces/a.trace');
  await within(await screen.findByRole('grid', { name: 'Tasks' })).findByText(tasks[0]!.id.toString());
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  localStorage.clear();
});

it('copies all tasks of a list by its keys, also those that are out of view', async () => {
  const grid = screen.getByRole('grid', { name: 'Tasks' });
  await fireEvent.keyDown(grid, { key: 'c', ctrlKey: true });
  await screen.findByText(/Copied 2.345 tasks as TSV/);
  const [head, ...rows] = written[0]!.trimEnd().split('\n');
  expect(head!.split('\t')).toEqual([
    ...['task', 'type', 'startNs', 'endNs', 'durationNs', 'isComplete'],
    ...['goroutines', 'regions', 'logs', 'children', 'parent'],
  ]);
  expect(rows).toHaveLength(count);
  expect(rows[0]).toBe('9223372036854775808\torder\t0\t\t10000\tfalse\t7 9\t2\t0\t0\t');
  expect(rows.at(-1)!.split('\t').slice(2, 5)).toEqual(['2344', '', '7656']);
});

it('copies the types of tasks as JSON by the menu', async () => {
  await fireEvent.click(screen.getByRole('button', { name: 'Copy the table' }));
  await fireEvent.click(await screen.findByRole('menuitem', { name: /Copy as JSON/ }));
  await waitFor(() => expect(written).toHaveLength(1));
  expect(JSON.parse(written[0]!)).toMatchObject([{ type: 'order', count, p50Ns: null, logs: 0 }]);
});
