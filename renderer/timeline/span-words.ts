import { durationText, plain, pointText } from '#common/quantity-text.ts';
import { stateNames } from '#common/timeline/state-form.ts';
import type { Span } from '#common/timeline/span-picture.ts';
import { between } from '#common/units.ts';

/** Go's reason for a wait, where it says more than the state does. */
export const reasonBeside = ({ reason, stateClass }: Span): string =>
  reason.toLowerCase() === stateNames[stateClass].toLowerCase() ? '' : reason;

/** A span as it is read aloud: state, reason, length, beginning, place. */
export function spanInWords(span: Span): string {
  const beside = reasonBeside(span);
  const reason = beside === '' ? '' : `, ${beside}`;
  const length = plain(durationText(between(span.from, span.until)));
  const place = span.leaf === '' ? '' : `, in ${span.leaf}`;
  return `${stateNames[span.stateClass]}${reason}, for ${length}, from ${plain(pointText(span.from, 6))}${place}`;
}
