import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, expect, test } from 'vitest';
import { digestOf } from './digest.ts';

const folder = mkdtempSync(join(tmpdir(), 'gopherscope-digest-test-'));
afterAll(() => rmSync(folder, { recursive: true }));
let databases = 0;

function digestAfter(...statements: readonly string[]): string {
  const path = join(folder, `${databases++}.sqlite`);
  const db = new Database(path);
  for (const statement of statements) db.exec(statement);
  db.close();
  return digestOf(path);
}

const tables =
  'CREATE TABLE a (x INTEGER, y TEXT, PRIMARY KEY (y, x)) WITHOUT ROWID; CREATE TABLE b (ix INTEGER PRIMARY KEY, data BLOB)';
const rows = [
  "INSERT INTO a VALUES (1, 'p')",
  "INSERT INTO a VALUES (2, 'p')",
  "INSERT INTO b VALUES (7, x'00ff')",
];
const digest = digestAfter(tables, ...rows);

test('neither the order of writing nor an index changes the digest', () => {
  expect(digestAfter(tables, ...rows.toReversed(), 'CREATE INDEX i ON a (x)')).toBe(digest);
  expect(digestAfter(tables, ...rows, 'DELETE FROM b', rows[2]!, 'VACUUM')).toBe(digest);
});

test.each([
  ['a value', "UPDATE a SET y = 'q' WHERE x = 1"],
  ['the type of a value', 'UPDATE b SET data = CAST(data AS TEXT)'],
  ['a missing row', 'DELETE FROM b'],
  ['a row more', 'INSERT INTO b VALUES (8, NULL)'],
  ['where one text ends and the next begins', "DELETE FROM a; INSERT INTO a VALUES (1, 'p2')"],
  ['a byte', "UPDATE b SET data = x'00fe'"],
  ['a table more', 'CREATE TABLE c (x)'],
])('%s does', (_what, statement) => {
  expect(digestAfter(tables, ...rows, statement)).not.toBe(digest);
});
