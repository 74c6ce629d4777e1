import { durationText, plain, pointText } from '#common/quantity-text.ts';
import { stateNames } from '#common/timeline/state-form.ts';
import { durNs, traceNs } from '#common/units.ts';
import { reasonBeside } from '../../timeline/span-words.ts';
import type { Readout } from '../../widgets/chart-words.ts';
import type { PointedPart } from './waterfall-drawing.ts';

const length = (from: number, until: number): string =>
  Number.isNaN(until - from) ? 'cut at the end of the trace' : plain(durationText(durNs(until - from)));
const point = (ns: number): string => plain(pointText(traceNs(ns), 9));

/** What the waterfall says of a place. */
export function partWords(part: PointedPart): Readout {
  switch (part.kind) {
    case 'log': {
      const { atNs, category, message } = part.log;
      return {
        title: category === '' ? message : `${category}: ${message}`,
        rows: [{ name: 'Logged at', value: point(atNs) }],
      };
    }
    case 'region': {
      const { name, fromNs, untilNs } = part.region;
      return { title: `Region ${name}`, rows: [{ name: 'Duration', value: length(fromNs, untilNs) }] };
    }
    case 'child': {
      const { type, id, durationNs } = part.child;
      return { title: `Task ${type} ${id}`, rows: [{ name: 'Duration', value: length(0, durationNs) }] };
    }
    case 'span': {
      const { span } = part;
      const reason = reasonBeside(span);
      return {
        title: stateNames[span.stateClass],
        rows: [
          { name: 'Duration', value: length(span.from, span.until) },
          ...(reason === '' ? [] : [{ name: 'Reason', value: reason }]),
          ...(span.leaf === '' ? [] : [{ name: 'In', value: span.leaf }]),
          { name: 'From', value: point(span.from) },
        ],
      };
    }
  }
}
