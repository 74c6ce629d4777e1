import type { WallAnalysis } from '#common/analyses/wall-analysis.ts';
import { stateClasses } from '#common/goroutine-state.ts';
import { durationText, shareText } from '#common/quantity-text.ts';
import { wallFolded, wallPprof, wallTimeColumn, wallTsv } from '#main/host/profile-files.ts';
import { exactCount, shown, textTable } from '../output.ts';
import type { Presentation } from '../presentation.ts';
import { profileTable } from '../profile-text.ts';

export const wall: Presentation<'wall'> = {
  *text(result, { limit = 30 }) {
    yield textTable(stateRows(result), new Set([1, 2, 3]));
    if (result.samples > 0)
      yield `Of running, ${shown(durationText(result.spreadNs))} are spread over ${exactCount(result.samples)} CPU samples.\n`;
    yield '\n';
    yield profileTable([result.profile], wallTimeColumn, limit);
  },
  tsv: wallTsv,
  others: {
    pprof: (result) => [wallPprof(result)],
    folded: wallFolded,
  },
};

function stateRows({ total, byState }: WallAnalysis): readonly (readonly string[])[] {
  const row = (name: string, { count, ns }: typeof total): readonly string[] => [
    name,
    exactCount(count),
    shown(durationText(ns)),
    shown(shareText(total.ns === 0 ? 0 : ns / total.ns)),
  ];
  const there = stateClasses.filter((name) => byState[name].count > 0 || byState[name].ns > 0);
  const states = there.toSorted((a, b) => byState[b].ns - byState[a].ns);
  return [
    ['State', 'Stays', 'Time', '%'],
    ...states.map((name) => row(name, byState[name])),
    row('all', total),
  ];
}
