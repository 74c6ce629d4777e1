import type { BlockingProfile } from '#common/analyses/profile-analysis.ts';
import { durationText } from '#common/quantity-text.ts';
import {
  blockingFolded,
  blockingPprof,
  delayColumn,
  profileParts,
  profileTsv,
} from '#main/host/profile-files.ts';
import { exactCount, shown } from '../output.ts';
import type { Presentation } from '../presentation.ts';
import { profileTable } from '../profile-text.ts';

export const profile: Presentation<'profile'> = {
  *text(result, { limit = 30 }) {
    yield `${summary(result)}\n\n`;
    yield profileTable(profileParts(result), delayColumn, limit);
  },
  tsv: (result) => profileTsv(profileParts(result)),
  others: {
    pprof: (result) => [blockingPprof(result)],
    folded: blockingFolded,
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
