import { SvelteMap } from 'svelte/reactivity';
import { isCancelled } from '#common/errors.ts';

export interface PageOf<Row> {
  readonly revision: number;
  readonly rowCount: number;
  readonly rows: readonly Row[];
}

export type FetchPage<Page> = (
  range: { readonly offset: number; readonly limit: number },
  signal: AbortSignal,
) => Promise<Page>;

const pagesKept = 24;
/** As many rows as one answer may hold. */
const rowsAtOnce = 1000;

/**
 * The rows of a table that is too long to hold: pages of it, fetched as they come into view. What is there stays on the screen
 * until its successor has arrived, whole. The newest question wins: answers to older ones are dropped.
 */
export class PagedRows<Row, Page extends PageOf<Row> = PageOf<Row>> {
  rowCount = $state(0);
  /** The page that came last, for sums and the like. */
  latest = $state.raw<Page>();
  failure = $state.raw<unknown>();

  readonly #pageSize: number;
  #fetch: FetchPage<Page> | undefined;
  readonly #pages = new SvelteMap<number, readonly Row[]>();
  /** By page number. Nothing on the screen depends on it. */
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  readonly #underWay = new Map<number, AbortController>();
  #view: readonly [number, number] = [0, 0];
  #refreshing: AbortController | undefined;
  #refreshAgain = false;

  constructor(pageSize = 100) {
    this.#pageSize = pageSize;
  }

  rowAt(index: number): Row | undefined {
    return this.#pages.get(Math.floor(index / this.#pageSize))?.[index % this.#pageSize];
  }

  /** All rows that are here, with their numbers. */
  *loaded(): Generator<readonly [number, Row]> {
    for (const [page, rows] of this.#pages) {
      for (const [at, row] of rows.entries()) yield [page * this.#pageSize + at, row];
    }
  }

  /** The first rows as they are sorted and filtered, and how many there are in all; what is shown stays. */
  async first(most: number): Promise<{ readonly rows: readonly Row[]; readonly rowCount: number }> {
    const fetch = this.#fetch;
    if (!fetch) return { rows: [], rowCount: 0 };
    const { signal } = new AbortController();
    const rows: Row[] = [];
    for (;;) {
      const limit = Math.min(rowsAtOnce, most - rows.length);
      const page = await fetch({ offset: rows.length, limit }, signal);
      rows.push(...page.rows);
      const { rowCount } = page;
      if (page.rows.length === 0 || rows.length >= Math.min(most, rowCount)) return { rows, rowCount };
    }
  }

  /** Another question: other order, other filter. */
  ask(fetch: FetchPage<Page>): void {
    this.#fetch = fetch;
    this.#refreshing?.abort();
    this.#refreshing = undefined;
    this.#view = [0, Math.max(this.#view[1] - this.#view[0], 1)];
    void this.#renew();
  }

  /** The same question again, because there is more to read. One that is under way may finish first. */
  refresh(): void {
    if (this.#refreshing) this.#refreshAgain = true;
    else void this.#renew();
  }

  show(first: number, end: number): void {
    this.#view = [first, end];
    if (this.#refreshing) return;
    const wanted = this.#pagesInView();
    for (const [page, call] of this.#underWay) if (!wanted.includes(page)) call.abort();
    for (const page of wanted) {
      if (!this.#pages.has(page) && !this.#underWay.has(page)) void this.#load(page);
    }
  }

  dispose(): void {
    this.#refreshing?.abort();
    for (const call of this.#underWay.values()) call.abort();
  }

  #pagesInView(): number[] {
    const [first, end] = this.#view;
    const from = Math.floor(first / this.#pageSize);
    const until = Math.max(from + 1, Math.ceil(end / this.#pageSize));
    return Array.from({ length: until - from }, (_, i) => from + i);
  }

  /** Fetches all pages in view and only then puts them in place of what was there. */
  async #renew(): Promise<void> {
    const call = new AbortController();
    this.#refreshing = call;
    this.#refreshAgain = false;
    for (const older of this.#underWay.values()) older.abort();
    const wanted = this.#pagesInView();
    try {
      const pages = await Promise.all(wanted.map((page) => this.#ask(page, call.signal)));
      if (call.signal.aborted) return;
      this.#pages.clear();
      wanted.forEach((page, i) => this.#keep(page, pages[i]!));
      this.failure = undefined;
    } catch (error) {
      if (call.signal.aborted || isCancelled(error)) return;
      this.failure = error;
    } finally {
      if (this.#refreshing === call) this.#refreshing = undefined;
    }
    this.#afterRenewal();
  }

  #afterRenewal(): void {
    if (this.#refreshAgain) this.refresh();
    // Meanwhile others may have come into view.
    else if (this.failure === undefined) this.show(...this.#view);
  }

  async #load(page: number): Promise<void> {
    const call = new AbortController();
    this.#underWay.set(page, call);
    try {
      const answer = await this.#ask(page, call.signal);
      if (!call.signal.aborted) this.#keep(page, answer);
    } catch (error) {
      if (!call.signal.aborted && !isCancelled(error)) this.failure = error;
    } finally {
      if (this.#underWay.get(page) === call) this.#underWay.delete(page);
    }
  }

  async #ask(page: number, signal: AbortSignal): Promise<Page> {
    if (!this.#fetch) throw new Error('nothing was asked yet');
    return this.#fetch({ offset: page * this.#pageSize, limit: this.#pageSize }, signal);
  }

  #keep(page: number, answer: Page): void {
    this.#pages.set(page, answer.rows);
    this.rowCount = answer.rowCount;
    this.latest = answer;
    const wanted = this.#pagesInView();
    for (const old of this.#pages.keys()) {
      if (this.#pages.size <= pagesKept) break;
      if (!wanted.includes(old)) this.#pages.delete(old);
    }
  }
}
