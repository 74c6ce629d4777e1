/** Which events somebody wants to see; everything that is given must hold. */
import * as v from 'valibot';
import { scopeParams } from './scope.ts';

const text = v.pipe(v.string(), v.maxLength(200));
const id = v.custom<number>((value) => Number.isInteger(value));
const ids = v.pipe(v.array(id), v.minLength(1), v.maxLength(500));

/** Of a window and goroutines as everywhere; of a goroutine are the events on it and to it. */
export const eventScopeParams = {
  ...scopeParams,
  /** Any of these: kinds as Go names them, or events as the file does (`StateTransition`, `GoBlock`). */
  kinds: v.optional(v.pipe(v.array(text), v.minLength(1), v.maxLength(100))),
  /** Those on any of these, or to them. */
  processors: v.optional(ids),
  threads: v.optional(ids),
  /** Part of the name or kind, or of a string of the event; the case of letters does not matter. */
  containing: v.optional(text),
  /** Part of a function's name on the stack; the case of letters does not matter. */
  stack: v.optional(text),
} as const;

export type EventScope = Readonly<v.InferOutput<v.ObjectSchema<typeof eventScopeParams, undefined>>>;
