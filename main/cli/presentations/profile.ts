import { profilePartNames, type BlockingProfile } from '#common/analyses/profile-analysis.ts';
import { durationText } from '#common/quantity-text.ts';
import type { StackProfile } from '#common/analyses/stack-profile.ts';
import { foldedText, pprofFile, profileTsv } from '#main/host/profile-files.ts';
import { exactCount, shown } from '../output.ts';
import type { Presentation } from '../presentation.ts';
import { profileTable } from '../profile-text.ts';

const all = ({ parts }: BlockingProfile): readonly StackProfile[] =>
  profilePartNames.map((name) => parts[name].profile);

const delay = 1;
/** What go tool trace writes. */
const period = { type: 'trace', unit: 'count', period: 1 };
const labels = {
  ended: [],
  beforeRun: [{ key: 'wait', str: 'before first run' }],
  open: [{ key: 'wait', str: 'open at end' }],
} as const;

export const profile: Presentation<'profile'> = {
  *text(result, { limit = 30 }) {
    yield `${summary(result)}\n\n`;
    yield profileTable(all(result), delay, limit);
  },
  tsv: (result) => profileTsv(all(result)),
  others: {
    pprof: ({ parts }) => [
      pprofFile(
        profilePartNames.map((name) => ({ profile: parts[name].profile, labels: labels[name] })),
        period,
      ),
    ],
    folded: (result) => foldedText(all(result), delay),
  },
};

/** `1 204 waits, 3.20 s; of them before the first run 12, 1.20 ms; open at the end 3, 2.10 s` */
function summary({ total, parts }: BlockingProfile): string {
  const stays = ({ count, ns }: { readonly count: number; readonly ns: typeof total.ns }): string =>
    `${exactCount(count)}, ${shown(durationText(ns))}`;
  const apart = [
    ...(parts.beforeRun.count > 0 ? [`before the first run ${stays(parts.beforeRun)}`] : []),
    ...(parts.open.count > 0 ? [`open at the end ${stays(parts.open)}`] : []),
  ];
  const of = apart.length > 0 ? `; of these ${apart.join('; ')}` : '';
  return `${exactCount(total.count)} ${total.count === 1 ? 'wait' : 'waits'}, ${shown(durationText(total.ns))}${of}`;
}
