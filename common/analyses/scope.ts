/** What an analysis is about: a window of time and some goroutines. Everything that is given must hold. */
import * as v from 'valibot';
import type { GoId } from '../ids.ts';
import type { TraceNs } from '../units.ts';

const text = v.pipe(v.string(), v.maxLength(1000));
const point = v.custom<TraceNs>((value) => Number.isFinite(value));

/** The parameters of every analysis that say what it is about; without any, the whole trace. */
export const scopeParams = {
  from: v.optional(point),
  until: v.optional(point),
  /** Any of these. */
  goroutines: v.optional(
    v.pipe(v.array(v.custom<GoId>((value) => Number.isInteger(value))), v.minLength(1), v.maxLength(10_000)),
  ),
  /** Goroutines with any of these start functions, by their whole names; the empty one: those whose start function is not known. */
  groups: v.optional(v.pipe(v.array(text), v.minLength(1), v.maxLength(1000))),
  /** Goroutines with a text in the name of their start function; of ASCII letters the case does not matter. */
  text: v.optional(text),
  /** A user task, by its number in decimal, or all of a name: the goroutines that took part, from its beginning to its end. */
  task: v.optional(text),
  /** User regions of a name: the goroutines' time inside the outermost of them. */
  region: v.optional(text),
} as const;

export type Scope = Readonly<v.InferOutput<v.ObjectSchema<typeof scopeParams, undefined>>>;
