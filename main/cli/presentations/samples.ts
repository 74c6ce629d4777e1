import { durationText, shareText } from '#common/quantity-text.ts';
import { durNs } from '#common/units.ts';
import { foldedText, pprofFile, profileTsv } from '#main/host/profile-files.ts';
import { exactCount, shown, textTable } from '../output.ts';
import { profileTable } from '../profile-text.ts';
import { inert, type Presentation } from '../presentation.ts';

const shownFunctions = 40;
const shownGroups = 10;
/** Places of the profile's values. */
const cpu = 1;

export const samples: Presentation<'samples'> = {
  *text({ samples, withoutStack, withoutGoroutine, periodNs, groups, profile }, { limit = shownFunctions }) {
    if (samples === 0) {
      yield 'There are no CPU samples here: the program must profile itself while it is traced.\n';
      return;
    }
    const time = (count: number): string => shown(durationText(durNs(count * periodNs)));
    const share = (count: number): string => shown(shareText(count / samples));
    const facts = [
      ['Samples', exactCount(samples), time(samples), ''],
      ['  without a stack', exactCount(withoutStack), time(withoutStack), share(withoutStack)],
      [
        '  without a goroutine',
        exactCount(withoutGoroutine),
        time(withoutGoroutine),
        share(withoutGoroutine),
      ],
    ];
    yield textTable(facts, new Set([1, 2, 3]));
    yield `A sample stands for ${shown(durationText(periodNs))} of processor time.\n\n`;
    const rows = groups
      .slice(0, limit === 0 ? undefined : shownGroups)
      .map(({ name, samples: own }) => [
        exactCount(own),
        time(own),
        share(own),
        name === '' ? '(no stack in this trace)' : inert(name),
      ]);
    yield textTable([['Samples', 'CPU time', '%', 'Goroutines started with'], ...rows], new Set([0, 1, 2]));
    if (groups.length > rows.length)
      yield `${exactCount(groups.length - rows.length)} more; --limit 0 for all\n`;
    yield '\n';
    yield profileTable([profile], cpu, limit);
  },
  tsv: ({ profile }) => profileTsv([profile]),
  others: {
    pprof: ({ profile, periodNs }) => [
      pprofFile([{ profile }], { type: 'cpu', unit: 'nanoseconds', period: periodNs }),
    ],
    folded: ({ profile }) => foldedText([profile], cpu),
  },
};
