/**
 * A request that failed for a reason its asker can understand and act on. Trouble inside a trace is a diagnostic instead
 * (`diagnostics.ts`), and a mistake of ours is an ordinary `Error`.
 */
export const failureCodes = [
  'file-missing',
  'file-is-directory',
  'file-no-permission',
  'file-unreadable',
  'file-empty',
  'file-changed',
  'file-exists',
  'file-not-written',
  'not-a-trace',
  'unknown-trace-version',
  'unsupported-trace-version',
  'bad-text-trace',
  'nothing-readable',
  'no-such-trace',
  'no-such-goroutine',
  'nothing-known',
  'no-such-method',
  'bad-parameters',
  'not-available-here',
  'cache-unusable',
  'cache-full',
  'cache-damaged',
  'not-kept',
  'out-of-memory',
  'cancelled',
  'disconnected',
  'internal',
] as const;
export type FailureCode = (typeof failureCodes)[number];

export type FailureFacts = Readonly<Record<string, string | number>>;

export class Failure extends Error {
  override readonly name = 'Failure';
  readonly code: FailureCode;
  readonly facts: FailureFacts;

  /** `sentence` states what happened, where, and with what consequence; it is shown as it is. */
  constructor(code: FailureCode, sentence: string, facts: FailureFacts = {}) {
    super(sentence);
    this.code = code;
    this.facts = facts;
  }
}

export const isCancelled = (error: unknown): boolean =>
  (error instanceof Failure && error.code === 'cancelled') ||
  (error instanceof DOMException && error.name === 'AbortError');
