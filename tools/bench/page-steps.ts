/** What is done on the pages to measure how quickly they answer: in this order, again and again. */

export interface PageStep {
  readonly name: string;
  /** A key as the devtools name it, or the element that is clicked, or a text for the field that has the focus. */
  readonly press?: string;
  readonly click?: string;
  readonly type?: string;
  /** An expression that is true in the page once it shows the answer. */
  readonly answered: string;
}

const rows = (grid: string): string =>
  `document.querySelectorAll('[role="grid"][aria-label="${grid}"] [role="row"][aria-busy="false"]').length > 0`;
const sorted = (grid: string, column: string): string =>
  `document.querySelector('[role="grid"][aria-label="${grid}"] [aria-sort]')?.textContent.includes('${column}') && document.querySelector('[role="grid"][aria-label="${grid}"] [aria-busy="true"]') === null`;
const main = (label: string): string => `document.querySelector('main[aria-label="${label}"]')`;
const header = (grid: string, column: string): string =>
  `[...document.querySelectorAll('[role="grid"][aria-label="${grid}"] [role="columnheader"] button')].find((one) => one.textContent.includes('${column}'))`;
const settled = (label: string): string =>
  `${main(label)} !== null && ${main(label)}.querySelector('.skeleton, [aria-busy="true"]') === null`;
const button = (label: string): string =>
  `[...document.querySelectorAll('button')].find((one) => one.textContent.trim() === '${label}')`;

export const pageSteps: readonly PageStep[] = [
  { name: 'summary', press: '1', answered: settled('Summary') },
  { name: 'goroutines', press: '3', answered: rows('Goroutine groups') },
  {
    name: 'sort the groups',
    click: header('Goroutine groups', 'Count'),
    answered: sorted('Goroutine groups', 'Count'),
  },
  { name: 'each goroutine', click: button('Each goroutine'), answered: rows('Goroutines') },
  {
    name: 'sort goroutines',
    click: header('Goroutines', 'Sched wait'),
    answered: sorted('Goroutines', 'Sched wait'),
  },
  {
    name: 'filter goroutines',
    press: 'Control Shift F',
    answered: `document.activeElement?.getAttribute('aria-label') === 'Filter goroutines'`,
  },
  {
    name: 'filter goroutines by a letter',
    type: 'm',
    answered: `location.hash.includes('q=m') && ${rows('Goroutines')} && document.querySelector('[aria-busy="true"]') === null`,
  },
  {
    name: 'drop the filter',
    click: `document.querySelector('[aria-label="Clear the filter"]')`,
    answered: `!location.hash.includes('q=m') && ${rows('Goroutines')} && document.querySelector('[aria-busy="true"]') === null`,
  },
  { name: 'groups again', click: button('By start function'), answered: rows('Goroutine groups') },
  {
    name: 'sort back',
    click: header('Goroutine groups', 'Execution'),
    answered: sorted('Goroutine groups', 'Execution'),
  },
  { name: 'blocking', press: '4', answered: rows('Top functions') },
  { name: 'flame graph inverted', press: 'n', answered: 'true' },
  { name: 'flame graph back', press: 'n', answered: 'true' },
  {
    name: 'wall clock',
    click: button('Wall clock'),
    answered: `location.hash.includes('kind=wall') && ${rows('Top functions')}`,
  },
  {
    name: 'synchronization',
    click: button('Sync'),
    answered: `!location.hash.includes('kind=') && ${rows('Top functions')}`,
  },
  { name: 'tasks', press: '5', answered: settled('Tasks and regions') },
  { name: 'collections', press: '6', answered: settled('Garbage collection') },
  { name: 'scheduler', press: '7', answered: settled('Scheduler') },
  { name: 'events', press: '8', answered: rows('Events') },
];
