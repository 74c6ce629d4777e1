/**
 * Go's double-quoted syntax for bytes that may not be UTF-8. The result is a binary string: one char code for each byte of
 * its UTF-8 form. Source: strconv.Quote of Go 1.27.
 */
const simple: Readonly<Record<number, string>> = {
  7: '\\a',
  8: '\\b',
  9: '\\t',
  10: '\\n',
  11: '\\v',
  12: '\\f',
  13: '\\r',
  34: '\\"',
  92: '\\\\',
};
const printable = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;
const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

export function goQuote(bytes: Uint8Array): string {
  let quoted = '"';
  for (let at = 0; at < bytes.length;) {
    const byte = bytes[at]!;
    if (byte < 0x80) {
      quoted +=
        simple[byte] ?? (byte < 0x20 || byte === 0x7f ? `\\x${hex(byte, 2)}` : String.fromCharCode(byte));
      at++;
      continue;
    }
    const length = runeLength(bytes, at);
    if (length === 0) {
      quoted += `\\x${hex(byte, 2)}`;
      at++;
      continue;
    }
    quoted += quotedRune(bytes.subarray(at, at + length));
    at += length;
  }
  return `${quoted}"`;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function quotedRune(encoded: Uint8Array): string {
  const text = decoder.decode(encoded);
  if (printable.test(text)) return String.fromCharCode(...encoded);
  const rune = text.codePointAt(0)!;
  return rune < 0x10000 ? `\\u${hex(rune, 4)}` : `\\U${hex(rune, 8)}`;
}

/** How many bytes the UTF-8 character at `at` has; 0 if there is none: cut short, over-long, a surrogate, too large. */
function runeLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!;
  const length =
    first >= 0xc2 && first < 0xe0
      ? 2
      : first >= 0xe0 && first < 0xf0
        ? 3
        : first >= 0xf0 && first < 0xf5
          ? 4
          : 0;
  if (length === 0 || at + length > bytes.length) return 0;
  for (let i = 1; i < length; i++) if ((bytes[at + i]! & 0xc0) !== 0x80) return 0;
  const second = bytes[at + 1]!;
  if (first === 0xe0 && second < 0xa0) return 0;
  if (first === 0xed && second >= 0xa0) return 0;
  if (first === 0xf0 && second < 0x90) return 0;
  if (first === 0xf4 && second >= 0x90) return 0;
  return length;
}
