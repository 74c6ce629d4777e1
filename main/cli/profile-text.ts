/** A profile for people: `go tool pprof -top`'s table. */
import type { StackProfile } from '#common/analyses/stack-profile.ts';
import { inert } from '#common/inert-text.ts';
import { durationText, shareText } from '#common/quantity-text.ts';
import { durNs } from '#common/units.ts';
import { noStack, topFunctions } from '#main/host/profile-files.ts';
import { exactCount, shown, textTable } from './output.ts';

/** `limit` 0: all functions. */
export function profileTable(profiles: readonly StackProfile[], column: number, limit: number): string {
  const { total, functions } = topFunctions(profiles, column);
  const unit = profiles[0]?.values[column]?.unit ?? 'count';
  const amount = (value: number): string =>
    unit === 'nanoseconds' ? shown(durationText(durNs(value))) : exactCount(value);
  const share = (value: number): string => shown(shareText(total === 0 ? 0 : value / total));
  let sum = 0;
  const rows = functions.slice(0, limit === 0 ? undefined : limit).map(({ name, flat, cum }) => {
    sum += flat;
    const label = name === '' ? noStack : inert(name);
    return [amount(flat), share(flat), share(sum), amount(cum), share(cum), label];
  });
  const left = functions.length - rows.length;
  const more = left > 0 ? `${exactCount(left)} more functions; --limit 0 for all\n` : '';
  const head = ['Flat', 'Flat %', 'Sum %', 'Cum', 'Cum %', 'Function'];
  return `${textTable([head, ...rows], new Set([0, 1, 2, 3, 4]))}${more}`;
}
