/**
 * A connection to the browser's own tools, beside the one through its driver: input is sent without waiting for an answer to each event,
 * which through the driver would be some 20 events a second.
 */
export interface Devtools {
  send<Result = unknown>(method: string, parameters?: object): Promise<Result>;
  /** What an expression is worth in the page. */
  evaluate<Result>(expression: string): Promise<Result>;
  close(): void;
}

interface Answer {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

interface Evaluated {
  readonly result: { readonly value?: unknown };
  readonly exceptionDetails?: {
    readonly text: string;
    readonly exception?: { readonly description?: string };
  };
}

interface Target {
  readonly type: string;
  readonly webSocketDebuggerUrl: string;
}

/** `address` is where the browser listens, such as `localhost:34567`. */
export async function devtoolsOfPage(address: string): Promise<Devtools> {
  const targets = (await (await fetch(`http://${address}/json`)).json()) as readonly Target[];
  const page = targets.find(({ type }) => type === 'page');
  if (!page) throw new Error('the browser has no page');
  return connect(page.webSocketDebuggerUrl);
}

export async function devtoolsOfBrowser(address: string): Promise<Devtools> {
  const target = (await (await fetch(`http://${address}/json/version`)).json()) as Target;
  return connect(target.webSocketDebuggerUrl);
}

async function connect(url: string): Promise<Devtools> {
  const socket = new WebSocket(url);
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve, { once: true });
    socket.addEventListener('error', () => reject(new Error(`no connection to ${url}`)), { once: true });
  });
  socket.addEventListener('message', ({ data }) => {
    const { id, result, error } = JSON.parse(String(data)) as Answer;
    const asked = id === undefined ? undefined : waiting.get(id);
    if (id === undefined || !asked) return;
    waiting.delete(id);
    if (error) asked.reject(new Error(error.message));
    else asked.resolve(result);
  });
  socket.addEventListener('close', () => {
    for (const asked of waiting.values()) asked.reject(new Error('the browser has closed the connection'));
  });
  let last = 0;
  const send = async <Result>(method: string, parameters: object = {}): Promise<Result> => {
    const asked = Promise.withResolvers<unknown>();
    last += 1;
    waiting.set(last, asked);
    socket.send(JSON.stringify({ id: last, method, params: parameters }));
    return (await asked.promise) as Result;
  };
  return {
    send,
    evaluate: async <Result>(expression: string) => {
      const { result, exceptionDetails } = await send<Evaluated>('Runtime.evaluate', {
        expression,
        awaitPromise: true,
        returnByValue: true,
      });
      if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
      return result.value as Result;
    },
    close: () => socket.close(),
  };
}
