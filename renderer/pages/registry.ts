/** Every page on a trace, once: tabs, keys and the palette follow. */
import type { Component } from 'svelte';
import type { PageName, TracePlace } from '../state/place.ts';
import type { TraceState } from '../state/trace.svelte.ts';
import BlockingPage from './blocking/BlockingPage.svelte';
import DiagnosticsPage from './diagnostics/DiagnosticsPage.svelte';
import EventsPage from './events/EventsPage.svelte';
import GcPage from './gc/GcPage.svelte';
import GoroutinePage from './goroutine/GoroutinePage.svelte';
import GoroutinesPage from './goroutines/GoroutinesPage.svelte';
import SchedulerPage from './scheduler/SchedulerPage.svelte';
import SummaryPage from './summary/SummaryPage.svelte';
import TasksPage from './tasks/TasksPage.svelte';
import SettingsPage from './settings/SettingsPage.svelte';
import TimelinePage from './timeline/TimelinePage.svelte';

export interface PageProps {
  readonly trace: TraceState;
  readonly place: TracePlace;
}

export interface Page {
  readonly page: PageName;
  /** On its tab. */
  readonly title: string;
  readonly component: Component<PageProps>;
  /** Another page of the same tab: it has none of its own. */
  readonly under?: PageName;
  /** Reached by other ways than a tab. */
  readonly hasNoTab?: true;
}

/** In the order of their tabs. */
export const pages: readonly Page[] = [
  { page: 'summary', title: 'Summary', component: SummaryPage },
  { page: 'timeline', title: 'Timeline', component: TimelinePage },
  { page: 'goroutines', title: 'Goroutines', component: GoroutinesPage },
  { page: 'goroutine', title: 'Goroutine', component: GoroutinePage, under: 'goroutines' },
  { page: 'blocking', title: 'Blocking', component: BlockingPage },
  { page: 'tasks', title: 'Tasks', component: TasksPage },
  { page: 'gc', title: 'GC', component: GcPage },
  { page: 'scheduler', title: 'Scheduler', component: SchedulerPage },
  { page: 'events', title: 'Events', component: EventsPage },
  { page: 'diagnostics', title: 'Diagnostics', component: DiagnosticsPage, hasNoTab: true },
  { page: 'settings', title: 'Settings', component: SettingsPage, hasNoTab: true },
];

export const tabs: readonly Page[] = pages.filter(({ under, hasNoTab }) => !under && !hasNoTab);

/** A place whose page is not there is shown on the timeline. */
export const pageAt = ({ page }: TracePlace): Page =>
  pages.find((one) => one.page === page) ?? pages.find((one) => one.page === 'timeline')!;
