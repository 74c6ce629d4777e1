/** Reads Go's double-quoted syntax. Source: strconv.Unquote of Go 1.27. */
const simple: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  t: 9,
  n: 10,
  v: 11,
  f: 12,
  r: 13,
  '"': 34,
  '\\': 92,
};
const token = /[^\\"\n]+|\\x[0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\U[0-9a-fA-F]{8}|\\[0-7]{3}|\\[abtnvfr"\\]/y;

/** `quoted` is a binary string: one char code for each byte. Undefined where it is not in the syntax. */
export function goUnquote(quoted: string): Uint8Array | undefined {
  if (quoted.length < 2 || !quoted.startsWith('"') || !quoted.endsWith('"')) return undefined;
  const body = quoted.slice(1, -1);
  const parts: Buffer[] = [];
  for (token.lastIndex = 0; token.lastIndex < body.length;) {
    const [part] = token.exec(body) ?? [];
    const bytes = part === undefined ? undefined : bytesOf(part);
    if (!bytes) return undefined;
    parts.push(bytes);
  }
  return Buffer.concat(parts);
}

function bytesOf(part: string): Buffer | undefined {
  if (!part.startsWith('\\')) return Buffer.from(part, 'latin1');
  const kind = part[1]!;
  if (kind === 'x') return Buffer.of(Number.parseInt(part.slice(2), 16));
  if (kind === 'u' || kind === 'U') return rune(Number.parseInt(part.slice(2), 16));
  const code = simple[kind] ?? Number.parseInt(part.slice(1), 8);
  return code < 256 ? Buffer.of(code) : undefined;
}

function rune(code: number): Buffer | undefined {
  const isRune = code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return isRune ? Buffer.from(String.fromCodePoint(code)) : undefined;
}
