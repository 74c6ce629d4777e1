import { describe, expect, it } from 'vitest';
import { decodeMessage, encodeMessage } from './codec.ts';

const through = (result: unknown): unknown => {
  const message = decodeMessage(encodeMessage({ kind: 'result', id: 1, result }));
  return message.kind === 'result' ? message.result : undefined;
};

describe('the codec', () => {
  it('carries plain data', () => {
    const result = {
      name: 'net/http.(*conn).serve',
      count: 3,
      rows: [{ a: null, b: [true, 'ü'] }],
      empty: {},
    };
    expect(through(result)).toEqual(result);
  });

  it('carries typed arrays of every width, aligned, whatever the length of the text before them', () => {
    for (let length = 0; length < 9; length++) {
      const result = {
        pad: 'x'.repeat(length),
        starts: Float64Array.of(1.5, -0, 2 ** 53),
        classes: Uint8Array.of(1, 2, 255),
        stacks: Uint32Array.of(0, 2 ** 32 - 1),
        shares: Float32Array.of(0.25),
        none: new Float64Array(0),
      };
      expect(through(result)).toEqual(result);
    }
  });

  it('carries a part of an array without the rest of its buffer', () => {
    const part = new Float64Array(1000).fill(7).subarray(10, 12);
    expect(encodeMessage({ kind: 'result', id: 1, result: part }).length).toBeLessThan(200);
    expect(through(part)).toEqual(Float64Array.of(7, 7));
  });

  it('carries bigints and numbers that JSON lacks', () => {
    const result = [123456789012345678901234567890n, -1n, Infinity, -Infinity, NaN];
    expect(through(result)).toEqual(result);
  });

  it('does not mistake data for its own marks', () => {
    const result = { $: ['bigint', 'not one'], inner: { $: 1, other: { $: [] } }, text: '{"$":["u8",0,1]}' };
    expect(through(result)).toEqual(result);
  });

  it('keeps the shape of objects away from their prototype', () => {
    const result = JSON.parse('{"__proto__": {"$": 1}, "n": 1}') as object;
    expect(Object.keys(through(result) as object)).toEqual(['__proto__', 'n']);
    expect(({} as { $?: number }).$).toBeUndefined();
  });

  it('reads a message that does not begin at an aligned place of its buffer', () => {
    const encoded = encodeMessage({ kind: 'result', id: 1, result: Float64Array.of(3) });
    const shifted = new Uint8Array(encoded.length + 3);
    shifted.set(encoded, 3);
    expect(decodeMessage(shifted.subarray(3))).toEqual({ kind: 'result', id: 1, result: Float64Array.of(3) });
  });

  it('refuses a typed array it cannot carry', () => {
    expect(() => through(new BigInt64Array(1))).toThrow('BigInt64Array');
  });

  const block = (json: string, attached = 0): Uint8Array => {
    const text = new TextEncoder().encode(json);
    const bytes = new Uint8Array(Math.ceil((4 + text.length) / 8) * 8 + attached);
    new DataView(bytes.buffer).setUint32(0, text.length, true);
    bytes.set(text, 4);
    return bytes;
  };

  it.each([
    ['nothing', new Uint8Array(0)],
    ['a length beyond the end', Uint8Array.of(255, 255, 255, 255, 1)],
    ['no JSON', block('{')],
    ['no message', block('{"kind":"dance"}')],
    ['a call without a method', block('{"kind":"call","id":1,"params":{}}')],
    ['a negative number', block('{"kind":"cancel","id":-1}')],
    ['an array outside of its bytes', block('{"kind":"result","id":1,"result":{"$":["u8",0,9]}}', 8)],
    ['an array at a negative place', block('{"kind":"result","id":1,"result":{"$":["u8",-8,8]}}', 8)],
    ['a misaligned array', block('{"kind":"result","id":1,"result":{"$":["u8",1,1]}}', 8)],
    ['half an element', block('{"kind":"result","id":1,"result":{"$":["f64",0,4]}}', 8)],
    ['an unknown mark', block('{"kind":"result","id":1,"result":{"$":["date",0]}}')],
    ['a malformed mark', block('{"kind":"result","id":1,"result":{"$":1}}')],
    ['a bigint that is none', block('{"kind":"result","id":1,"result":{"$":["bigint","x"]}}')],
  ])('throws on %s', (_what, bytes) => {
    expect(() => decodeMessage(bytes)).toThrow();
  });
});
