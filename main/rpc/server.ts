import * as v from 'valibot';
import type { MethodName } from '#common/rpc/contract.ts';
import { contract } from '#common/rpc/contract.ts';
import { Failure, isCancelled } from '#common/errors.ts';
import type { CallContext, Handlers } from '#common/rpc/handlers.ts';
import type { CallMessage, FailureMessage, Notice } from '#common/rpc/messages.ts';
import type { Wire } from '#common/rpc/wire.ts';

export interface Served {
  /** Tells the other end something it did not ask for. */
  readonly notify: (notice: Notice) => void;
}

type AnyHandler = (params: unknown, context: CallContext<unknown>) => unknown;

/**
 * Answers the calls that come over `wire`, until it closes; calls under way are then aborted. Parameters are checked here, once:
 * handlers trust them. A mistake of ours is logged on standard error, and its asker told that there was one.
 */
export function serve(
  wire: Wire,
  handlers: Partial<Handlers>,
  log: (error: unknown) => void = logMistake,
): Served {
  const running = new Map<number, AbortController>();

  const answer = async (message: CallMessage): Promise<void> => {
    const { id, method } = message;
    if (running.has(id)) return;
    const control = new AbortController();
    running.set(id, control);
    const report = (progress: unknown): void => {
      if (!control.signal.aborted) wire.send({ kind: 'progress', id, progress });
    };
    try {
      const [handler, params] = parseCall(message, handlers);
      const result = await handler(params, { signal: control.signal, report });
      if (!control.signal.aborted) wire.send({ kind: 'result', id, result: result ?? null });
    } catch (error) {
      if (!control.signal.aborted) wire.send(failureMessage(id, method, error, log));
    } finally {
      running.delete(id);
    }
  };

  wire.onMessage((message) => {
    if (message.kind === 'call') void answer(message);
    else if (message.kind === 'cancel') running.get(message.id)?.abort();
  });
  wire.onClose(() => {
    for (const control of running.values()) control.abort();
  });
  return { notify: (notice) => wire.send(notice) };
}

function parseCall(message: CallMessage, handlers: Partial<Handlers>): [AnyHandler, unknown] {
  const { method, params } = message;
  if (!isMethod(method) || !Object.hasOwn(handlers, method))
    throw new Failure('no-such-method', `There is no method "${method.slice(0, 100)}" here.`, {
      method: method.slice(0, 100),
    });
  const parsed = v.safeParse(contract[method].params, params);
  if (!parsed.success)
    throw new Failure(
      'bad-parameters',
      `"${method}" was called with wrong parameters: ${complaint(parsed.issues)}.`,
      {
        method,
      },
    );
  return [handlers[method] as AnyHandler, parsed.output];
}

const isMethod = (name: string): name is MethodName => Object.hasOwn(contract, name);

/** `limit: Invalid value: Expected <=1000 but received 5000` */
const complaint = (issues: readonly v.BaseIssue<unknown>[]): string =>
  issues.map((issue) => [v.getDotPath(issue), issue.message].filter(Boolean).join(': ')).join('; ');

function failureMessage(
  id: number,
  method: string,
  error: unknown,
  log: (error: unknown) => void,
): FailureMessage {
  if (error instanceof Failure)
    return { kind: 'failure', id, code: error.code, sentence: error.message, facts: error.facts };
  if (isCancelled(error))
    return { kind: 'failure', id, code: 'cancelled', sentence: 'The request was cancelled.', facts: {} };
  log(error);
  const sentence = `Gopherscope made a mistake answering "${method}"; what is open stays usable, and the details are in the program's log.`;
  return { kind: 'failure', id, code: 'internal', sentence, facts: { method } };
}

function logMistake(error: unknown): void {
  console.error('gopherscope: internal error:', error);
}
