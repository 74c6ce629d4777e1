/** The thread that decodes the events of a trace: started with the first question about them, ended with the trace. */
import { Failure } from '#common/errors.ts';
import type { Params } from '#common/rpc/contract.ts';
import type { Caller } from '#common/rpc/handlers.ts';
import type { RecognizedFile } from '#main/trace-file/recognize.ts';
import { startEventsWorker, type QueryClient } from './query-client.ts';

export class TraceEvents {
  readonly #databasePath: string;
  readonly #checksum: () => number | undefined;
  #file: RecognizedFile;
  #worker: QueryClient | undefined;
  #isClosed = false;

  /** `checksum`: of the file's contents, once it is known. */
  constructor(databasePath: string, file: RecognizedFile, checksum: () => number | undefined) {
    this.#databasePath = databasePath;
    this.#file = file;
    this.#checksum = checksum;
  }

  /** Answers questions about events; any other goes on to `query`. */
  orElse(query: Caller): Caller {
    return {
      call: (method, params, options) => {
        if (!method.startsWith('events.')) return query.call(method, params, options);
        const about = params as Params<'trace.facts'>;
        return this.#call(query, about, (worker) => worker.call(method, params, options) as Promise<never>);
      },
    };
  }

  async #call(
    query: Caller,
    params: Params<'trace.facts'>,
    ask: (worker: QueryClient) => Promise<never>,
  ): Promise<never> {
    // As soon as that is answered, there is a database.
    if (!this.#worker) await query.call('trace.facts', params);
    const worker = this.#start();
    try {
      return await ask(worker);
    } catch (error) {
      // It has ended; the next question starts another.
      if (error instanceof Failure && error.code === 'disconnected' && this.#worker === worker)
        this.#worker = undefined;
      throw error;
    }
  }

  openedAgain(file: RecognizedFile): void {
    const { path, modifiedAtMs, inode } = this.#file;
    if (file.path === path && file.modifiedAtMs === modifiedAtMs && file.inode === inode) return;
    this.#file = file;
    const worker = this.#worker;
    this.#worker = undefined;
    void worker?.close();
  }

  #start(): QueryClient {
    if (this.#isClosed) throw new Failure('disconnected', 'The trace was closed.');
    const checksum = this.#checksum();
    this.#worker ??= startEventsWorker({
      databasePath: this.#databasePath,
      file: this.#file,
      ...(checksum === undefined ? {} : { checksum }),
    });
    return this.#worker;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#worker?.close();
  }
}
