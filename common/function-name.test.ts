import { expect, it } from 'vitest';
import { functionName } from './function-name.ts';

it.each([
  ['main.main', 'main.', 'main'],
  ['net/http.(*conn).serve', 'net/http.', '(*conn).serve'],
  ['github.com/jackc/pgx/v5/pgconn.(*PgConn).peek', 'github.com/jackc/pgx/v5/pgconn.', '(*PgConn).peek'],
  ['slices.SortFunc[go.shape.[]x/y.T]', 'slices.', 'SortFunc[go.shape.[]x/y.T]'],
  ['x/y.Map[a/b.K].Get', 'x/y.', 'Map[a/b.K].Get'],
  ['_cgo_panic', '', '_cgo_panic'],
])('tells the package of %s from its name', (full, prefix, name) => {
  expect(functionName(full)).toEqual({ package: prefix, name });
});
