/** A table as text for other programs: tab-separated with a head, or JSON, an object for each row. Numbers are plain, in the unit that the column's name says. */

export type CopyFormat = 'tsv' | 'json';
export type CopyValue = string | number | boolean | null;

export interface CopyColumn<Row> {
  /** With its unit, as `execNs`. */
  readonly name: string;
  readonly value: (row: Row) => CopyValue;
}

export interface CopySource<Row> {
  /** What the rows are, `groups`. */
  readonly noun: string;
  readonly columns: readonly CopyColumn<Row>[];
  /** The first `most` rows as they are sorted and filtered, and how many there are in all. */
  readonly rows: (most: number) => Promise<{ readonly rows: readonly Row[]; readonly rowCount: number }>;
}

/** Rows that are all here. */
export const listed =
  <Row>(rows: readonly Row[]): CopySource<Row>['rows'] =>
  (most) =>
    Promise.resolve({ rows: rows.slice(0, most), rowCount: rows.length });

type CopiedName<Row> = {
  [Name in keyof Row]-?: Row[Name] extends CopyValue | undefined ? Name : never;
}[keyof Row] &
  string;

/** Columns that are called as in the rows. */
export const copiedAs = <Row>(...names: readonly CopiedName<Row>[]): readonly CopyColumn<Row>[] =>
  names.map((name) => ({ name, value: (row) => (row[name] as CopyValue | undefined) ?? null }));

/** So many rows fit well into a clipboard. */
export const mostCopied = 20_000;

/** A tab or a line end within a value would part it. */
const cell = (value: CopyValue): string =>
  value === null ? '' : String(value).replaceAll(/[\t\r\n]+/g, ' ');

export function tableText<Row>(
  columns: readonly CopyColumn<Row>[],
  rows: readonly Row[],
  format: CopyFormat,
): string {
  if (format === 'json')
    return JSON.stringify(
      rows.map((row) => Object.fromEntries(columns.map(({ name, value }) => [name, value(row)]))),
      null,
      1,
    );
  const lines = [
    columns.map(({ name }) => name),
    ...rows.map((row) => columns.map(({ value }) => cell(value(row)))),
  ];
  return `${lines.map((line) => line.join('\t')).join('\n')}\n`;
}
