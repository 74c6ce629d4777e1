import type { Presentation } from '../presentation.ts';
import { tsvLines } from '../presentation.ts';

export const goroutines: Presentation<'goroutines'> = {
  *text({ groups }) {
    for (const { name } of groups) yield `${name}\n`;
  },
  tsv: ({ groups }) =>
    tsvLines(
      ['name', 'count'],
      groups.map(({ name, count }) => [name, count]),
    ),
};
