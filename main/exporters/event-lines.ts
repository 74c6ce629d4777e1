/** The events of a trace as lines of text, in the formats of the `events` command. */
import { exactJson } from '#common/exact-json.ts';
import type { ClockSnapshot, Core } from '#core-wasm/host/core.ts';
import { EventFactsReader, eventLine } from './event-facts.ts';
import { GoText } from './go-text.ts';

export const eventFormats = ['text', 'json', 'go'] as const;
export type EventFormat = (typeof eventFormats)[number];

/** Writes the events of each delivery of a core. */
export interface EventWriter {
  enterGeneration(): void;
  /** The events of the last delivery. */
  lines(snapshot?: ClockSnapshot): Buffer;
}

export function eventWriter(core: Core, format: EventFormat): EventWriter {
  if (format === 'go') return goWriter(core);
  const facts = new EventFactsReader(core);
  const line = format === 'json' ? exactJson : eventLine;
  return {
    enterGeneration: () => facts.enterGeneration(),
    lines: (snapshot) => {
      let text = '';
      for (let i = 0; i < core.records.count; i++) text += `${line(facts.event(i, snapshot))}\n`;
      return Buffer.from(text);
    },
  };
}

function goWriter(core: Core): EventWriter {
  const go = new GoText(core);
  return {
    enterGeneration: () => go.enterGeneration(),
    lines: (snapshot) => {
      let text = '';
      for (let i = 0; i < core.records.count; i++) text += go.event(i, snapshot);
      return Buffer.from(text, 'latin1');
    },
  };
}
