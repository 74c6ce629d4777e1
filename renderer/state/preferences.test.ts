import { beforeEach, expect, it } from 'vitest';
import { Preferences } from './preferences.svelte.ts';

beforeEach(() => localStorage.clear());

const preferencesOf = (): Preferences => new Preferences(document.documentElement, localStorage);

it('are there the next time', () => {
  preferencesOf().set({ textSize: 125, durations: 'nanoseconds', keys: { undo: ['U'] } });
  preferencesOf().hideColumns('groups', ['p99Ns']);
  const again = preferencesOf();
  expect(again.values).toMatchObject({ textSize: 125, durations: 'nanoseconds', keys: { undo: ['U'] } });
  expect(again.hiddenColumns('groups', ['count'])).toEqual(['p99Ns']);
  expect(again.hiddenColumns('each', ['count'])).toEqual(['count']);
});

it('take what cannot be understood for not chosen', () => {
  localStorage.setItem(
    'gopherscope.preferences',
    '{"textSize":7,"motion":1,"keys":{"undo":"U"},"hiddenColumns":[]}',
  );
  const { values } = preferencesOf();
  expect(values).toEqual({
    textSize: 100,
    motion: 'full',
    durations: 'adaptive',
    hiddenColumns: {},
    keys: {},
  });
  localStorage.setItem('gopherscope.preferences', 'nonsense');
  expect(preferencesOf().values.textSize).toBe(100);
});

it('can be put back as they came', () => {
  const preferences = preferencesOf();
  preferences.set({ textSize: 110 });
  preferences.reset();
  expect(preferences.values.textSize).toBe(100);
  expect(preferencesOf().values.textSize).toBe(100);
});
