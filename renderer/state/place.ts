/**
 * Where in the app one is, and its address after the `#`, so that Back, Forward, reloading and a copied address work:
 *
 *     start page                 (empty)
 *     a page on a trace          /blocking?file=%2Ftraces%2Fa.trace&w=…&fn=main.worker&kind=sync
 *                                 page      file                    scope (scope.ts)    the page's own choices
 */
import { scopeNames, scopeOf, scopeQuery, wholeScope, type Scope } from './scope.ts';

/** In the order of their keys; goroutine, diagnostics and settings have none. */
export const pageNames = [
  'summary',
  'timeline',
  'goroutines',
  'blocking',
  'tasks',
  'gc',
  'scheduler',
  'events',
  'goroutine',
  'diagnostics',
  'settings',
] as const;
export type PageName = (typeof pageNames)[number];

/** A page's own choices, as texts: each page reads its own from them, and takes what it cannot understand for not chosen. */
export type PageOptions = Readonly<Record<string, string>>;

export interface TracePlace {
  readonly page: PageName;
  readonly file: string;
  readonly scope: Scope;
  readonly options: PageOptions;
}

export type Place = { readonly page: 'start' } | TracePlace;

export const startPlace: Place = { page: 'start' };

export const placeOn = (
  file: string,
  page: PageName,
  { scope = wholeScope, options = {} }: { readonly scope?: Scope; readonly options?: PageOptions } = {},
): TracePlace => ({ page, file, scope, options });

export function addressOf(place: Place): string {
  if (place.page === 'start') return '';
  const query = new URLSearchParams({ file: place.file, ...scopeQuery(place.scope) });
  for (const [name, value] of Object.entries(place.options)) if (value !== '') query.set(name, value);
  return `/${place.page}?${query.toString()}`;
}

/** Whatever cannot be understood is the start page. */
export function placeOf(address: string): Place {
  const [path = '', search = ''] = address.replace(/^#/, '').split('?', 2);
  const query = new URLSearchParams(search);
  const file = query.get('file') ?? '';
  const page = pageNames.find((name) => path === `/${name}`);
  if (file === '' || page === undefined) return startPlace;
  return { page, file, scope: scopeOf(query), options: optionsOf(query) };
}

const optionsOf = (query: URLSearchParams): PageOptions =>
  Object.fromEntries([...query].filter(([name]) => name !== 'file' && !scopeNames.includes(name)));
