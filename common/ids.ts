/** Ids are branded numbers: `…Id` is Go's own number, `…Ix` a row of ours. */

declare const id: unique symbol;
type Id<Kind extends string> = number & { readonly [id]: Kind };

/** Go's goroutine number. The runtime counts from 1; a number beyond 2^53 (only in a made-up trace) is rounded. */
export type GoId = Id<'GoId'>;
/** Go's processor number (a P). */
export type ProcId = Id<'ProcId'>;
/** The operating system's thread number (an M). */
export type ThreadId = Id<'ThreadId'>;
/** The number of a generation as the trace writes it, from 1. */
export type GenerationId = Id<'GenerationId'>;
/** A name of the trace: a function, a file, a wait reason, a region. 0 is the empty name. */
export type NameIx = Id<'NameIx'>;
/** A call stack of the trace. 0 is the empty stack. */
export type StackIx = Id<'StackIx'>;
/** Which of the traces that are open in this program. */
export type TraceKey = string & { readonly [id]: 'TraceKey' };

export const goId = (value: number): GoId => value as GoId;
export const procId = (value: number): ProcId => value as ProcId;
export const threadId = (value: number): ThreadId => value as ThreadId;
export const generationId = (value: number): GenerationId => value as GenerationId;
export const nameIx = (value: number): NameIx => value as NameIx;
export const stackIx = (value: number): StackIx => value as StackIx;
export const traceKey = (value: string): TraceKey => value as TraceKey;
