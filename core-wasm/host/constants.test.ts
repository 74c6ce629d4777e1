import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { wireEvents } from '#common/trace-format/event-table.ts';
import { faultNames } from './faults.ts';

const assembly = (file: string): string =>
  readFileSync(new URL(`../assembly/${file}`, import.meta.url), 'utf8');

/** `export const GO_START: u8 = 16;` → ['GO_START', 16] */
const constants = (file: string): [string, number][] =>
  [...assembly(file).matchAll(/export const ([A-Z][A-Z0-9_]+): u(?:8|32) = (\d+);/g)].map((m) => [
    m[1]!,
    Number(m[2]),
  ]);

const letters = (name: string): string => name.replace(/[_-]/g, '').toLowerCase();

test('the core’s event numbers are those of the event table', () => {
  const named = constants('event-type.ts').filter(([name]) => !/^FIRST|LIMIT$/.test(name));
  expect(named.length).toBeGreaterThan(40);
  for (const [name, type] of named)
    expect(letters(wireEvents.find((event) => event.type === type)!.name)).toBe(letters(name));
});

test('every fault of the core has a sentence under its own name', () => {
  const faults = constants('fault.ts');
  expect(faults.length).toBeGreaterThan(40);
  expect(Object.entries(faultNames).map(([code, name]) => [letters(name), Number(code)])).toEqual(
    faults.map(([name, code]) => [letters(name), code]),
  );
});
