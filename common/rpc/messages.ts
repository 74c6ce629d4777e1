/**
 * What travels between the two ends of a connection. The asker numbers its calls; progress, and in the end one result or one
 * failure, come back under the same number. A notice comes from the host unasked.
 *
 *     → {kind: 'call', id: 7, method: 'trace.watch', params: {trace: 't1'}}
 *     ← {kind: 'progress', id: 7, progress: {stage: 'reading', …}}
 *     → {kind: 'cancel', id: 7}
 *     ← {kind: 'failure', id: 7, code: 'cancelled', sentence: 'The request was cancelled.', facts: {}}
 */
import * as v from 'valibot';
import { failureCodes } from '../errors.ts';

const id = v.pipe(v.number(), v.integer(), v.minValue(0));

const call = v.object({ kind: v.literal('call'), id, method: v.string(), params: v.unknown() });
const cancel = v.object({ kind: v.literal('cancel'), id });
const progress = v.object({ kind: v.literal('progress'), id, progress: v.unknown() });
const result = v.object({ kind: v.literal('result'), id, result: v.unknown() });
const failure = v.object({
  kind: v.literal('failure'),
  id,
  code: v.picklist(failureCodes),
  sentence: v.string(),
  facts: v.record(v.string(), v.union([v.string(), v.number()])),
});
/** The user asked for a trace outside of the page: in the menu, by a second start of the program, in the file manager. */
const openTraceNotice = v.object({
  kind: v.literal('notice'),
  name: v.literal('open-trace'),
  params: v.object({ path: v.string() }),
});
/** The user chose "Open…" in the application's menu: the page asks `file.choose`, as its own button does. */
const chooseFileNotice = v.object({
  kind: v.literal('notice'),
  name: v.literal('choose-file'),
  params: v.object({}),
});
/** The user chose "Close Trace" in the application's menu. */
const closeTraceNotice = v.object({
  kind: v.literal('notice'),
  name: v.literal('close-trace'),
  params: v.object({}),
});

const message = v.union([
  call,
  cancel,
  progress,
  result,
  failure,
  openTraceNotice,
  chooseFileNotice,
  closeTraceNotice,
]);

export type CallMessage = v.InferOutput<typeof call>;
export type FailureMessage = v.InferOutput<typeof failure>;
export type Notice =
  | v.InferOutput<typeof openTraceNotice>
  | v.InferOutput<typeof chooseFileNotice>
  | v.InferOutput<typeof closeTraceNotice>;
export type Message = v.InferOutput<typeof message>;

/** Parses what came in; throws a `ValiError` where it is no message. */
export const parseMessage = (value: unknown): Message => v.parse(message, value);
