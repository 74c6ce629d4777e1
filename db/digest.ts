/**
 * What a trace's database says, as one hash: over every row of every table, in the order of the primary key. The same trace gives the
 * same digest whenever and however it is read; how SQLite lays the rows out in the file, and the indexes, do not count.
 */
import { createHash, type Hash } from 'node:crypto';
import Database from 'better-sqlite3';

/** SHA-256, as hexadecimal digits. */
export function digestOf(databasePath: string): string {
  const db = new Database(databasePath, { readonly: true, fileMustExist: true });
  try {
    const hash = createHash('sha256');
    for (const table of tablesOf(db)) addTable(db, table, hash);
    return hash.digest('hex');
  } finally {
    db.close();
  }
}

const tablesOf = (db: Database.Database): readonly string[] =>
  db
    .prepare(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
    )
    .pluck(true)
    .all() as string[];

interface Column {
  readonly name: string;
  /** Its place in the primary key, from 1; 0: not in it. */
  readonly pk: number;
}

function addTable(db: Database.Database, table: string, hash: Hash): void {
  const columns = db.prepare(`SELECT name, pk FROM pragma_table_info(?)`).all(table) as Column[];
  const key = columns.filter(({ pk }) => pk > 0).sort((a, b) => a.pk - b.pk);
  const order = key.length > 0 ? key.map(({ name }) => `"${name}"`).join(', ') : 'rowid';
  hash.update(`${table}(${columns.map(({ name }) => name).join(',')})\n`);
  const rows = db.prepare(`SELECT * FROM "${table}" ORDER BY ${order}`).raw(true).safeIntegers(true);
  for (const row of rows.iterate() as IterableIterator<readonly Value[]>)
    for (const value of row) addValue(value, hash);
}

type Value = null | bigint | number | string | Uint8Array;

/** With its type and length, so that no two rows run together as the same bytes. */
function addValue(value: Value, hash: Hash): void {
  if (value instanceof Uint8Array) hash.update(`blob ${value.length}:`).update(value);
  else if (typeof value === 'string') hash.update(`text ${Buffer.byteLength(value)}:${value}`);
  else hash.update(`${value === null ? 'null' : `${typeof value} ${value}`};`);
}
