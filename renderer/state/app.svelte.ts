import { Failure, isCancelled } from '#common/errors.ts';
import type { Client } from '#common/rpc/client.ts';
import type { AppDescription, RecentTrace } from '#common/rpc/contract.ts';
import type { Caller } from '#common/rpc/handlers.ts';
import type { Notice } from '#common/rpc/messages.ts';
import type { LaneKey } from '#common/timeline/tiles.ts';
import { fitted, type TimeWindow } from '#common/timeline/time-window.ts';
import { traceNs } from '#common/units.ts';
import { unreachable } from '#common/unreachable.ts';
import { desktopBridge } from '../rpc/connect.ts';
import { upload } from '../rpc/upload.ts';
import { Idle } from './idle.ts';
import { Keyboard } from './keyboard.ts';
import { Navigation } from './navigation.svelte.ts';
import { PageScope } from './page-scope.ts';
import {
  addressOf,
  placeOf,
  placeOn,
  startPlace,
  type PageName,
  type PageOptions,
  type Place,
} from './place.ts';
import { wholeScope, type GoroutineFilter, type Scope } from './scope.ts';
import { Preferences } from './preferences.svelte.ts';
import type { ShownScope } from './shown-scope.ts';
import type { Theme } from './theme.svelte.ts';
import { Toasts } from './toasts.svelte.ts';
import { TraceState } from './trace.svelte.ts';

export interface OpeningFailure {
  /** The file's name, where one was meant. */
  readonly name?: string;
  readonly sentence: string;
}

/** A file that is on its way: being brought to the host (`ratio`), or being looked at. */
export interface Opening {
  readonly name: string;
  readonly ratio?: number;
}

const mostAddress = 8000;

const wholeNs = ({ from, until }: TimeWindow): TimeWindow => ({
  from: traceNs(Math.floor(from)),
  until: traceNs(Math.ceil(until)),
});

export const nameOf = (path: string): string => path.split(/[\\/]/).at(-1) ?? path;

/** The app as a whole: which trace is open, where in it one is, and what went wrong with opening. */
export class App {
  readonly caller: Caller;
  readonly navigation: Navigation;
  readonly theme: Theme;
  readonly keyboard = new Keyboard();
  readonly toasts = new Toasts();
  readonly preferences: Preferences;
  description = $state.raw<AppDescription>();
  recent = $state.raw<readonly RecentTrace[]>([]);
  trace = $state.raw<TraceState>();
  opening = $state.raw<Opening>();
  failure = $state.raw<OpeningFailure>();
  disconnected = $state(false);
  keysShown = $state(false);
  paletteShown = $state(false);
  panelShown = $state(true);
  /** Of the page that is shown, where it moves its window without the address for a while. */
  liveScope = $state.raw<ShownScope>();
  /** Grows when the filter in the bar shall have the focus. */
  filterWishes = $state(0);

  readonly #pageScope: PageScope;
  readonly #idle: Idle;
  /** How each page of the trace was left. */
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nothing on the screen depends on it
  readonly #options = new Map<PageName, PageOptions>();
  /** The newest wish wins: a trace that answers late must not replace one asked for after it. */
  #wish = 0;

  constructor(client: Client, theme: Theme, window: Window) {
    this.#idle = new Idle(window.document.documentElement);
    this.caller = this.#idle.counting(client);
    this.theme = theme;
    this.preferences = new Preferences(window.document.documentElement, window.localStorage);
    this.navigation = new Navigation(window);
    this.#pageScope = new PageScope(this.navigation, () => this.trace?.facts?.durationNs ?? 0);
    client.onNotice((notice) => void this.#heed(notice));
    client.onDisconnect(() => (this.disconnected = true));
  }

  /** The window and the goroutines that every page is about. */
  get scope(): ShownScope {
    return this.liveScope ?? this.#pageScope;
  }

  /** To a page of the trace: with the same window and goroutines, and as the page was left, unless others are given. */
  goTo(page: PageName, to: { readonly scope?: Scope; readonly options?: PageOptions } = {}): void {
    this.liveScope?.settle?.();
    const { place } = this.navigation;
    if (place.page === 'start') return;
    this.navigation.go({
      page,
      file: place.file,
      scope: to.scope ?? place.scope,
      options: to.options ?? this.#options.get(page) ?? {},
    });
  }

  /** The scope of the page that is shown, with other goroutines. */
  scopeWith(filter: Partial<GoroutineFilter>): Scope {
    this.liveScope?.settle?.();
    const { place } = this.navigation;
    const scope = place.page === 'start' ? wholeScope : place.scope;
    return { ...scope, filter: { ...scope.filter, ...filter } };
  }

  showGoroutine(id: number): void {
    this.goTo('goroutine', { options: { id: id.toString() } });
  }

  /** The goroutines of a start function, one by one. */
  showGroup(name: string): void {
    this.goTo('goroutines', { options: { by: 'each' }, scope: this.scopeWith({ group: name }) });
  }

  /** Selects what a lane (`g17`, `p3`) does at a time on the timeline; in a window around the stretch `from` to `until`, if there is one. */
  showOnTimeline(lane: LaneKey, at: number, stretch?: TimeWindow): void {
    const { filter, ...scope } = this.scopeWith({});
    const durationNs = this.trace?.facts?.durationNs ?? 0;
    const whole = { from: traceNs(0), until: traceNs(Math.max(1, durationNs)) };
    this.goTo('timeline', {
      scope: { ...scope, filter, ...(stretch ? { window: wholeNs(fitted(stretch, whole)), outer: [] } : {}) },
      options: { ...this.#options.get('timeline'), sel: `${lane}@${Math.round(at)}` },
    });
  }

  /** The page's own choices, without a step back: for what is no place of its own. */
  keepOptions(options: PageOptions): void {
    const { place } = this.navigation;
    if (place.page !== 'start') this.navigation.replace({ ...place, options });
  }

  async start(): Promise<void> {
    await this.#describe();
    const openAtStart = this.description?.openAtStart;
    if (this.navigation.place.page === 'start' && openAtStart !== undefined) await this.open(openAtStart);
  }

  /** Again on every visit of the start page: the cache grows and shrinks. */
  async #describe(): Promise<void> {
    this.description = await this.caller.call('app.describe', {});
  }

  async refreshRecent(): Promise<void> {
    this.recent = await this.caller.call('recent.list', {});
  }

  async clearRecent(): Promise<void> {
    await this.caller.call('recent.clear', {});
    await this.refreshRecent();
  }

  /** Asks for a file with the system's dialog. In a browser the page does that itself, with an `<input type="file">`. */
  async choose(): Promise<void> {
    const chosen = await this.#idle.during(
      this.#attempt(undefined, () => this.caller.call('file.choose', {})),
    );
    if (chosen) await this.open(chosen.path);
  }

  /** A file that was dropped or chosen in the page. */
  async openFile(file: File): Promise<void> {
    const bridge = desktopBridge();
    if (bridge) return this.#openDropped(file.name, bridge.pathForFile(file));
    this.failure = undefined;
    const wish = ++this.#wish;
    this.opening = { name: file.name, ratio: 0 };
    const sent = upload(file, (ratio) => {
      if (wish === this.#wish) this.opening = { name: file.name, ratio };
    });
    const path = await this.#idle.during(this.#attempt(file.name, () => sent));
    if (wish !== this.#wish) return;
    this.opening = undefined;
    if (path !== undefined) await this.open(path);
  }

  async #openDropped(name: string, path: string): Promise<void> {
    if (path !== '') return this.open(path);
    this.failure = { name, sentence: 'What was dropped is not a file on this computer. Save it first.' };
  }

  async open(path: string): Promise<void> {
    const trace = await this.#openTrace(path);
    if (trace) this.navigation.go(await this.#lastPlace(trace));
  }

  /** As it was left, else the timeline of all of it. */
  async #lastPlace(trace: TraceState): Promise<Place> {
    const file = trace.opened.path;
    // Without it one sees all of the trace: nothing worth a complaint.
    const last = await this.caller.call('view.last', { trace: trace.opened.trace }).catch(() => null);
    const place = last ? placeOf(last.address) : undefined;
    return place && place.page !== 'start' ? { ...place, file } : placeOn(file, 'timeline');
  }

  /** For whoever opens this trace the next time. */
  keepPlace(): void {
    const { trace, navigation } = this;
    const { place } = navigation;
    if (!trace || place.page === 'start') return;
    this.#options.set(place.page, place.options);
    const address = addressOf(place);
    if (address.length > mostAddress) return;
    this.caller.call('view.keep', { trace: trace.opened.trace, address }).catch(() => undefined);
  }

  focusFilter(): void {
    this.filterWishes += 1;
  }

  /** Brings the trace in line with the place, which Back, Forward or an address may have changed. */
  async follow(): Promise<void> {
    const { place } = this.navigation;
    if (place.page === 'start') {
      await Promise.all([this.refreshRecent(), this.#describe()]);
      return;
    }
    if (place.file === this.trace?.opened.path || this.opening) return;
    const trace = await this.#openTrace(place.file);
    if (!trace) this.navigation.replace(startPlace);
    else if (trace.opened.path !== place.file) this.navigation.replace({ ...place, file: trace.opened.path });
  }

  /** Whether traces can be open beside each other: each in a tab of the browser. The desktop app has one window. */
  readonly hasTabs = desktopBridge() === undefined;

  /** Beside this one: the same trace at the same place, or another one. */
  openInTab(path?: string): void {
    this.liveScope?.settle?.();
    const place = path === undefined ? this.navigation.place : placeOn(path, 'timeline');
    window.open(`#${addressOf(place)}`, '_blank', 'noopener');
  }

  closeTrace(): void {
    this.#drop();
    this.navigation.go(startPlace);
  }

  async #openTrace(path: string): Promise<TraceState | undefined> {
    const wish = ++this.#wish;
    const name = nameOf(path);
    this.failure = undefined;
    this.opening = { name };
    const opened = await this.#attempt(name, () => this.caller.call('trace.open', { path }));
    if (wish !== this.#wish) return undefined;
    this.opening = undefined;
    if (!opened) return undefined;
    if (this.trace?.opened.trace !== opened.trace) this.#drop();
    const trace = this.trace ?? new TraceState(this.caller, opened);
    if (trace !== this.trace) {
      this.trace = trace;
      void this.#watch(trace);
      void trace.watchFile();
    }
    return trace;
  }

  async #watch(trace: TraceState): Promise<void> {
    const finished = await this.#attempt(trace.opened.name, async () => {
      await trace.watch();
      return true;
    });
    if (finished || trace !== this.trace || this.disconnected || !this.failure) return;
    this.#drop();
    this.navigation.replace(startPlace);
  }

  #drop(): void {
    const trace = this.trace;
    if (!trace) return;
    trace.leave();
    this.trace = undefined;
    this.#options.clear();
    // It may be gone already; then there is nothing to close.
    this.caller.call('trace.close', { trace: trace.opened.trace }).catch(() => undefined);
  }

  /** Puts a failure into the banner; anything else is a mistake of ours and goes on. */
  async #attempt<T>(name: string | undefined, act: () => Promise<T>): Promise<T | undefined> {
    try {
      return await act();
    } catch (error) {
      if (isCancelled(error)) return undefined;
      if (!(error instanceof Failure)) throw error;
      if (error.code !== 'disconnected') {
        this.failure = { sentence: error.message, ...(name === undefined ? {} : { name }) };
      }
      return undefined;
    }
  }

  async #heed(notice: Notice): Promise<void> {
    switch (notice.name) {
      case 'open-trace':
        return this.open(notice.params.path);
      case 'choose-file':
        return this.choose();
      case 'close-trace': {
        this.closeTrace();
        return;
      }
      default:
        unreachable(notice);
    }
  }
}
