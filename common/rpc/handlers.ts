import type { MethodName, Params, Progress, Result } from './contract.ts';

/** What a method is called with beside its parameters. */
export interface CallContext<P = never> {
  /** Aborted when the asker cancels or goes away. */
  readonly signal: AbortSignal;
  readonly report: (progress: P) => void;
}

/** Answers one method. Throws a `Failure` where the asker can do something about it. */
export type Handler<M extends MethodName> = (
  params: Params<M>,
  context: CallContext<Progress<M>>,
) => Promise<Result<M>> | Result<M>;

/** A set of methods and who answers them; a host `satisfies Handlers`, a part of it `Pick<Handlers, …>`. */
export type Handlers = { readonly [M in MethodName]: Handler<M> };

/** Calls the same methods from the other side. */
export interface Caller {
  call<M extends MethodName>(
    method: M,
    params: Params<M>,
    options?: { readonly signal?: AbortSignal; readonly onProgress?: (progress: Progress<M>) => void },
  ): Promise<Result<M>>;
}
