/**
 * What an event takes for granted that was ordered without what came before its generation. Bits of `EventRecord.claims`;
 * `verify.ts` compares them with what is known. Where a record has claims, a status also names the thread that wrote it in
 * `b` (and a processor's its wire status in `c`), and the collector's events have their number in `b`.
 */

/** No event of the generation has yet said which processor the thread has; the context has none. */
export const NO_PROCESSOR_YET: u32 = 1;
/** The same of the goroutine. */
export const NO_GOROUTINE_YET: u32 = 2;
/** What the event itself is about: see `verify.ts`, type by type. */
export const OWN_FACT: u32 = 4;
/** A goroutine in a system call is on a thread of which nothing is known. */
export const OWNER_NEW: u32 = 8;
/** The same, of a thread that has tried an event. */
export const OWNER_KNOWN: u32 = 16;
