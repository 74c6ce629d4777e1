import { expect, test } from 'vitest';
import { exactJson } from './exact-json.ts';

test('integers beyond 2^53 keep their digits, at any depth, and no text is taken for one', () => {
  const value = { id: 0xffffffffffffffffn, list: [-1n, 2], text: '\u00010\u0001', none: null };
  expect(exactJson(value)).toBe(
    '{"id":18446744073709551615,"list":[-1,2],"text":"\\u00010\\u0001","none":null}',
  );
});
