/**
 * Which events the page lists, as its part of the address says it:
 *
 *     kinds=Metric,GoBlock    kinds as Go names them, or events as the file does; absent: all
 *     has=chan                a text in the name or the strings of the event
 *     in=main.work            a text in the functions on its stack
 */
import type { EventScope } from '#common/analyses/event-scope.ts';
import type { PageOptions } from '../../state/place.ts';
import { scopeParams, type Scope } from '../../state/scope.ts';

export interface Choices {
  readonly kinds: readonly string[];
  readonly has: string;
  readonly within: string;
}

export const choicesOf = ({ kinds = '', has = '', in: within = '' }: PageOptions): Choices => ({
  kinds: kinds.split(',').filter((kind) => /^\w{1,60}$/.test(kind)),
  has: has.slice(0, 200),
  within: within.slice(0, 200),
});

/** Only what is chosen. */
export const optionsOf = ({ kinds, has, within }: Choices): PageOptions => ({
  kinds: kinds.join(','),
  has,
  in: within,
});

/** As the contract takes it. */
export const eventParams = (scope: Scope, { kinds, has, within }: Choices): EventScope => ({
  ...scopeParams(scope),
  ...(kinds.length > 0 ? { kinds: [...kinds] } : {}),
  ...(has === '' ? {} : { containing: has }),
  ...(within === '' ? {} : { stack: within }),
});
