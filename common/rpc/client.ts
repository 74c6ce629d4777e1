import { Failure } from '../errors.ts';
import { unreachable } from '../unreachable.ts';
import type { Caller } from './handlers.ts';
import type { Message, Notice } from './messages.ts';
import type { Wire } from './wire.ts';

export interface Client extends Caller {
  /** What the host says unasked. Returns how to stop listening. */
  onNotice(listener: (notice: Notice) => void): () => void;
  /** Calls that are under way then fail as `disconnected`, and so does every later one. */
  onDisconnect(listener: () => void): void;
  close(): void;
}

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Failure) => void;
  readonly onProgress: ((progress: unknown) => void) | undefined;
}

const cancelled = (): Failure => new Failure('cancelled', 'The request was cancelled.');
const disconnected = (): Failure =>
  new Failure('disconnected', 'The connection to Gopherscope was lost; start it again to go on.');

/** Speaks the contract over `wire`. Failures arrive as `Failure`. */
export function createClient(wire: Wire): Client {
  const pending = new Map<number, Pending>();
  const noticeListeners = new Set<(notice: Notice) => void>();
  let lastId = 0;
  let open = true;

  wire.onMessage((message) => settle(message, pending, noticeListeners));
  wire.onClose(() => {
    open = false;
    const lost = [...pending.values()];
    pending.clear();
    for (const call of lost) call.reject(disconnected());
  });

  const call = (method: string, params: unknown, options: CallOptions = {}): Promise<unknown> =>
    new Promise((resolve, reject: (error: Failure) => void) => {
      const { signal, onProgress } = options;
      if (signal?.aborted || !open) {
        reject(signal?.aborted ? cancelled() : disconnected());
        return;
      }
      const id = ++lastId;
      const cancel = (): void => {
        if (!pending.delete(id)) return;
        wire.send({ kind: 'cancel', id });
        reject(cancelled());
      };
      const done = (): void => signal?.removeEventListener('abort', cancel);
      signal?.addEventListener('abort', cancel, { once: true });
      pending.set(id, {
        resolve: (result) => {
          done();
          resolve(result);
        },
        reject: (error) => {
          done();
          reject(error);
        },
        onProgress,
      });
      wire.send({ kind: 'call', id, method, params });
    });

  return {
    // The contract ties method, parameters, progress and result together; on the wire they are data.
    call: call as Caller['call'],
    onNotice: (listener) => {
      noticeListeners.add(listener);
      return () => noticeListeners.delete(listener);
    },
    onDisconnect: (listener) => wire.onClose(listener),
    close: () => wire.close(),
  };
}

interface CallOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: unknown) => void;
}

function settle(
  message: Message,
  pending: Map<number, Pending>,
  noticeListeners: ReadonlySet<(notice: Notice) => void>,
): void {
  switch (message.kind) {
    case 'progress':
      return pending.get(message.id)?.onProgress?.(message.progress);
    case 'result':
      pending.get(message.id)?.resolve(message.result);
      pending.delete(message.id);
      return;
    case 'failure':
      pending.get(message.id)?.reject(new Failure(message.code, message.sentence, message.facts));
      pending.delete(message.id);
      return;
    case 'notice':
      for (const listener of noticeListeners) listener(message);
      return;
    case 'call':
    case 'cancel':
      // Only a host is asked.
      return;
    default:
      unreachable(message);
  }
}
