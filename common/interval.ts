/** Stretches of time in order that do not overlap: from, until, from, until … */
export type Intervals = readonly number[];
