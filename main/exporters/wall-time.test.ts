import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wallTime } from './wall-time.ts';

const zone = process.env['TZ'];
beforeAll(() => {
  process.env['TZ'] = 'UTC';
});
afterAll(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

const max = (1n << 64n) - 1n;

describe('points in time read as Go prints them', () => {
  test.each([
    [0n, 0n, '1970-01-01T00:00:00Z'],
    [0n, 500_000_000n, '1970-01-01T00:00:00.5Z'],
    [951_827_696n, 1n, '2000-02-29T12:34:56.000000001Z'],
    [0n, 1_000_000_000n, '1970-01-01T00:00:01Z'],
    [0n, max, '1969-12-31T23:59:59.999999999Z'],
    [max, 0n, '1969-12-31T23:59:59Z'],
    [253_402_300_800n, 0n, '10000-01-01T00:00:00Z'],
    [8_640_000_000_001n, 0n, '275760-09-13T00:00:01Z'],
    [9_223_371_966_579_724_799n, 0n, '292277024369-12-31T23:59:59Z'],
    [9_223_372_036_854_775_807n, 0n, '292277026596-12-04T15:30:07Z'],
    [9_223_372_036_854_775_808n, 0n, '292277026596-12-04T15:30:08Z'],
    [9_223_372_036_854_775_807n, 9_223_372_036_854_775_807n, '-292277022365-05-08T08:17:07.854775807Z'],
    [18_446_744_011_573_954_815n, 0n, '0000-12-31T23:59:59Z'],
    [18_446_744_011_573_954_815n, 9_223_372_036_854_775_808n, '-0292-09-22T00:12:42.145224192Z'],
  ])('%d s, %d ns', (seconds, nanoseconds, text) => {
    expect(wallTime(seconds, nanoseconds)).toBe(text);
  });

  test('in the zone of whoever reads', () => {
    process.env['TZ'] = 'Asia/Kolkata';
    expect(wallTime(0n, 0n)).toBe('1970-01-01T05:30:00+05:30');
    process.env['TZ'] = 'UTC';
  });
});
