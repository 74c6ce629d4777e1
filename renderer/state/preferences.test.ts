import { beforeEach, expect, it } from 'vitest';
import { Preferences } from './preferences.svelte.ts';

beforeEach(() => localStorage.clear());

it('are there the next time', () => {
  new Preferences(localStorage).set({ textSize: 125, durations: 'nanoseconds', keys: { undo: ['U'] } });
  new Preferences(localStorage).hideColumns('groups', ['p99Ns']);
  const again = new Preferences(localStorage);
  expect(again.values).toMatchObject({ textSize: 125, durations: 'nanoseconds', keys: { undo: ['U'] } });
  expect(again.hiddenColumns('groups', ['count'])).toEqual(['p99Ns']);
  expect(again.hiddenColumns('each', ['count'])).toEqual(['count']);
});

it('take what cannot be understood for not chosen', () => {
  localStorage.setItem(
    'gopherscope.preferences',
    '{"textSize":7,"motion":1,"keys":{"undo":"U"},"hiddenColumns":[]}',
  );
  const { values } = new Preferences(localStorage);
  expect(values).toEqual({
    textSize: 100,
    motion: 'full',
    durations: 'adaptive',
    hiddenColumns: {},
    keys: {},
  });
  localStorage.setItem('gopherscope.preferences', 'nonsense');
  expect(new Preferences(localStorage).values.textSize).toBe(100);
});

it('can be put back as they came', () => {
  const preferences = new Preferences(localStorage);
  preferences.set({ textSize: 200 });
  preferences.reset();
  expect(preferences.values.textSize).toBe(100);
  expect(new Preferences(localStorage).values.textSize).toBe(100);
});
