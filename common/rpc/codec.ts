/**
 * A message as one block of bytes: JSON, with the contents of typed arrays behind it as they lie in memory.
 *
 *      0        4                    4 + n, up to a multiple of 8
 *     ┌────────┬────────────────────┬─────────────┬──┬─────────────┬──┐
 *     │ n: u32 │ JSON, UTF-8        │ attachment 0│  │ attachment 1│  │   each padded to a multiple of 8
 *     └────────┴────────────────────┴─────────────┴──┴─────────────┴──┘
 *
 * What JSON cannot say is an object with the single key `$`:
 *
 *     {"$": ["f64", 0, 24]}           a Float64Array, 24 bytes, beginning at byte 0 of the attachments
 *     {"$": ["bigint", "1234"]}       a bigint
 *     {"$": ["number", "Infinity"]}   Infinity, -Infinity or NaN
 *     {"$": ["object", [["$", 1]]]}   an ordinary object that has a key `$`
 *
 * Numbers are little-endian, as on every machine the program runs on.
 */
import type { Message } from './messages.ts';
import { parseMessage } from './messages.ts';

const arrayTypes = {
  f64: Float64Array,
  f32: Float32Array,
  u8: Uint8Array,
  u16: Uint16Array,
  u32: Uint32Array,
  i32: Int32Array,
} as const;
type ArrayTag = keyof typeof arrayTypes;
const arrayTags = Object.keys(arrayTypes) as readonly ArrayTag[];

const alignment = 8;
const aligned = (length: number): number => Math.ceil(length / alignment) * alignment;

export function encodeMessage(message: Message): Uint8Array<ArrayBuffer> {
  const attachments: { readonly bytes: Uint8Array; readonly at: number }[] = [];
  let attachedBytes = 0;
  const attach = (array: ArrayBufferView): number => {
    const at = attachedBytes;
    attachments.push({ bytes: new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at });
    attachedBytes += aligned(array.byteLength);
    return at;
  };
  const json = new TextEncoder().encode(
    JSON.stringify(message, (_key, value: unknown) => toJson(value, attach)),
  );
  const base = aligned(4 + json.length);
  const bytes = new Uint8Array(base + attachedBytes);
  new DataView(bytes.buffer).setUint32(0, json.length, true);
  bytes.set(json, 4);
  for (const attachment of attachments) bytes.set(attachment.bytes, base + attachment.at);
  return bytes;
}

function toJson(value: unknown, attach: (array: ArrayBufferView) => number): unknown {
  if (typeof value === 'bigint') return { $: ['bigint', value.toString()] };
  if (typeof value === 'number' && !Number.isFinite(value)) return { $: ['number', String(value)] };
  if (typeof value !== 'object' || value === null) return value;
  if (ArrayBuffer.isView(value)) return { $: [tagOf(value), attach(value), value.byteLength] };
  // What is returned here is not passed through this function again, only what is inside of it.
  return Object.hasOwn(value, '$') ? { $: ['object', Object.entries(value)] } : value;
}

function tagOf(array: ArrayBufferView): ArrayTag {
  const tag = arrayTags.find((candidate) => array instanceof arrayTypes[candidate]);
  if (!tag) throw new TypeError(`a message cannot hold a ${array.constructor.name}`);
  return tag;
}

/** The message in `block`. Its typed arrays are views of `block` where that is aligned. Throws if `block` is no message. */
export function decodeMessage(block: Uint8Array): Message {
  const bytes = block.byteOffset % alignment === 0 ? block : block.slice();
  if (bytes.length < 4) throw new RangeError('a message of less than 4 bytes');
  const jsonLength = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
  if (4 + jsonLength > bytes.length) throw new RangeError('a message that ends before its JSON does');
  const json = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(4, 4 + jsonLength));
  const attached = bytes.subarray(Math.min(aligned(4 + jsonLength), bytes.length));
  // Most messages are plain JSON, which parses several times faster without a reviver.
  const value: unknown = json.includes('"$"')
    ? JSON.parse(json, (_key, part: unknown) => fromJson(part, attached))
    : JSON.parse(json);
  return parseMessage(value);
}

function fromJson(part: unknown, attached: Uint8Array): unknown {
  if (typeof part !== 'object' || part === null || !('$' in part)) return part;
  if (!Array.isArray(part.$)) throw new TypeError('a message with a malformed "$"');
  const [tag, value, byteLength] = part.$ as unknown[];
  if (tag === 'bigint' && typeof value === 'string') return BigInt(value);
  if (tag === 'number' && typeof value === 'string') return Number(value);
  if (tag === 'object' && Array.isArray(value)) return Object.fromEntries(value as [string, unknown][]);
  const known = arrayTags.find((candidate) => candidate === tag);
  if (!known) throw new TypeError('a message with an unknown "$"');
  return viewOf(known, Number(value), Number(byteLength), attached);
}

function viewOf(tag: ArrayTag, at: number, byteLength: number, attached: Uint8Array): ArrayBufferView {
  const ArrayType = arrayTypes[tag];
  const fits = Number.isInteger(at) && at >= 0 && byteLength >= 0 && at + byteLength <= attached.length;
  if (!fits || at % alignment !== 0 || byteLength % ArrayType.BYTES_PER_ELEMENT !== 0)
    throw new RangeError('a message with an array outside of its bytes');
  return new ArrayType(
    attached.buffer as ArrayBuffer,
    attached.byteOffset + at,
    byteLength / ArrayType.BYTES_PER_ELEMENT,
  );
}
