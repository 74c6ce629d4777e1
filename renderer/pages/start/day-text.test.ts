import { expect, it } from 'vitest';
import { dayText } from './day-text.ts';

const now = new Date(2026, 10, 20, 10, 30).getTime();
const at = (month: number, day: number, hour = 9, minute = 31, year = 2026): string =>
  dayText(new Date(year, month, day, hour, minute).getTime(), now);

it('tells a time the better the closer it is', () => {
  expect(at(10, 20)).toBe('Today, 09:31');
  expect(at(10, 19, 23, 59)).toBe('Yesterday, 23:59');
  expect(at(10, 18)).toBe('Wednesday');
  expect(at(10, 12)).toBe('12 Nov');
  expect(at(10, 3, 9, 0, 2024)).toBe('3 Nov 2024');
});
