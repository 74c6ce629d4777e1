import { durationText, plain, pointText } from '#common/quantity-text.ts';
import { stateNames } from '#common/timeline/state-form.ts';
import type { Span } from '#common/timeline/span-picture.ts';
import { between } from '#common/units.ts';

/** A span as it is read aloud: state, reason, length, beginning, place. */
export function spanInWords(span: Span): string {
  const reason = span.reason === '' ? '' : `, ${span.reason}`;
  const length = plain(durationText(between(span.from, span.until)));
  const place = span.leaf === '' ? '' : `, in ${span.leaf}`;
  return `${stateNames[span.stateClass]}${reason}, for ${length}, from ${plain(pointText(span.from, 6))}${place}`;
}
