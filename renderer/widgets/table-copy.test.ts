import { expect, it } from 'vitest';
import { tableText, type CopyColumn } from './table-copy.ts';

interface Row {
  readonly name: string;
  readonly ns: number | null;
}
const columns: readonly CopyColumn<Row>[] = [
  { name: 'name', value: ({ name }) => name },
  { name: 'execNs', value: ({ ns }) => ns },
];
const rows: readonly Row[] = [
  { name: 'a\tb\nc', ns: 12_345_678 },
  { name: '', ns: null },
];

it('writes a head and plain numbers, and keeps a value in its cell', () => {
  expect(tableText(columns, rows, 'tsv')).toBe('name\texecNs\na b c\t12345678\n\t\n');
});

it('writes an object for each row, with what is missing as null', () => {
  expect(JSON.parse(tableText(columns, rows, 'json'))).toEqual([
    { name: 'a\tb\nc', execNs: 12_345_678 },
    { name: '', execNs: null },
  ]);
});
