/**
 * Where in the app one is, and its address after the `#`, so that Back, Forward and reloading work:
 *
 *     start page                    (empty)
 *     timeline                      /timeline?file=…&w=…       (timeline-view.ts)
 *     groups                        /goroutines?file=%2Ftraces%2Fa.trace
 *     each goroutine of one group   /goroutines/each?file=…&group=17&name=main.worker
 *     one goroutine                 /goroutines/18231?file=…
 *     diagnostics                   /diagnostics?file=…
 */
import { plainView, viewOf, viewQuery, type TimelineView } from './timeline-view.ts';
import { goId, nameIx, type GoId, type NameIx } from '#common/ids.ts';

export interface ChosenGroup {
  readonly ix: NameIx;
  readonly name: string;
}

export type Place =
  | { readonly page: 'start' }
  | { readonly page: 'timeline'; readonly file: string; readonly view: TimelineView }
  | { readonly page: 'groups'; readonly file: string }
  | { readonly page: 'each'; readonly file: string; readonly group?: ChosenGroup }
  | { readonly page: 'goroutine'; readonly file: string; readonly id: GoId }
  | { readonly page: 'diagnostics'; readonly file: string };

export function addressOf(place: Place): string {
  if (place.page === 'start') return '';
  const query = new URLSearchParams({ file: place.file });
  if (place.page === 'each' && place.group) {
    query.set('group', place.group.ix.toString());
    query.set('name', place.group.name);
  }
  if (place.page === 'timeline')
    for (const [name, value] of Object.entries(viewQuery(place.view))) query.set(name, value);
  return `/${pathOf(place)}?${query.toString()}`;
}

/** The timeline as one first sees it. */
export const timelineOf = (file: string): Place => ({ page: 'timeline', file, view: plainView });

function pathOf(place: Exclude<Place, { page: 'start' }>): string {
  switch (place.page) {
    case 'timeline':
      return 'timeline';
    case 'groups':
      return 'goroutines';
    case 'each':
      return 'goroutines/each';
    case 'goroutine':
      return `goroutines/${place.id}`;
    case 'diagnostics':
      return 'diagnostics';
  }
}

/** Whatever cannot be understood is the start page. */
export function placeOf(address: string): Place {
  const [path = '', search = ''] = address.replace(/^#/, '').split('?', 2);
  const query = new URLSearchParams(search);
  const file = query.get('file');
  const [, page, part] = path.split('/');
  if (file === null || file === '') return { page: 'start' };
  if (page === 'diagnostics') return { page, file };
  if (page === 'timeline') return { page, file, view: viewOf(query) };
  if (page !== 'goroutines') return { page: 'start' };
  if (part === undefined) return { page: 'groups', file };
  if (part === 'each') return { page: 'each', file, ...groupOf(query) };
  const id = Number(part);
  return Number.isInteger(id) ? { page: 'goroutine', file, id: goId(id) } : { page: 'groups', file };
}

function groupOf(query: URLSearchParams): { readonly group?: ChosenGroup } {
  const ix = query.get('group');
  if (ix === null || !Number.isInteger(Number(ix))) return {};
  return { group: { ix: nameIx(Number(ix)), name: query.get('name') ?? '' } };
}
