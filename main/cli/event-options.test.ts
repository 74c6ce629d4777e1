import { describe, expect, test } from 'vitest';
import { filterOf, parseDuration } from './event-options.ts';
import { UsageError } from './usage.ts';

test.each([
  ['1.5s', 1_500_000_000],
  ['250ms', 250_000_000],
  ['12us', 12_000],
  ['12µs', 12_000],
  ['1m30s', 90_000_000_000],
  ['0.000000001s', 1],
  ['1.234567891s', 1_234_567_891],
  ['1234', 1234],
  ['0', 0],
])('%s is %i ns', (text, ns) => expect(parseDuration('from', text)).toBe(ns));

test.each(['', '1.5', '-1s', '5 s', '1x', 's', '1ss', '99999999999h'])('"%s" is no time', (text) => {
  expect(() => parseDuration('from', text)).toThrow(UsageError);
});

describe('filters', () => {
  test('take lists, repetitions and the letters of the text', () => {
    const filter = filterOf({
      goroutine: ['18,g19', 'G20'],
      processor: ['P0'],
      thread: ['9223372036854775807'],
    });
    expect([...filter.goroutines!]).toEqual([18, 19, 20]);
    expect([...filter.processors!]).toEqual([0]);
    expect([...filter.threads!]).toEqual([9223372036854775807n]);
    expect(filterOf({})).toEqual({});
  });

  test.each([
    [{ goroutine: ['x'] }, /--goroutine takes numbers like 18/],
    [{ goroutine: ['P1'] }, /not "P1"/],
    [{ thread: ['1,,2'] }, /--thread .* not ""/],
    [{ processor: ['9223372036854775808'] }, /--processor takes numbers/],
    [{ kind: ['GoBlock,Foo'] }, /--kind takes StackSample, .*not "Foo"/],
    [{ from: '2s', until: '1s' }, /--from 2s is not before --until 1s/],
  ])('%j is wrong usage', (values, sentence) => {
    expect(() => filterOf(values)).toThrow(sentence);
  });
});
