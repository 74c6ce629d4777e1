/** The events of a trace as lines of text, in the formats of the `events` command. */
import { exactJson } from '#common/exact-json.ts';
import type { ClockSnapshot, Core } from '#core-wasm/host/core.ts';
import { EventFactsReader } from './event-facts.ts';
import { RecordFilter, type EventFilter } from './event-filter.ts';
import { eventLine } from './event-line.ts';
import { GoText } from './go-text.ts';

export const eventFormats = ['text', 'json', 'go'] as const;
export type EventFormat = (typeof eventFormats)[number];

export interface EventSelection {
  readonly filter: EventFilter;
  /** Undefined: as the format has it, in full in JSON and Go's text, the leaf in readable text. */
  readonly stacks?: boolean;
}

/** Writes the events of each delivery of a core. */
export interface EventWriter {
  enterGeneration(): void;
  /** Those events of the last delivery that were asked for. */
  lines(snapshot?: ClockSnapshot): Buffer;
  /** Nothing that follows can be asked for. */
  readonly isOver: boolean;
}

/** How one event of the last delivery is written, with what it ends with. */
interface LineWriter {
  readonly encoding: 'utf8' | 'latin1';
  enterGeneration(): void;
  enterDelivery?(): void;
  line(i: number, snapshot?: ClockSnapshot): string;
}

export function eventWriter(
  core: Core,
  format: EventFormat,
  selection: EventSelection = { filter: {} },
): EventWriter {
  const writer = lineWriter(core, format, selection.stacks);
  const filter = new RecordFilter(core, selection.filter);
  return {
    enterGeneration: () => {
      writer.enterGeneration();
      filter.enterGeneration();
    },
    get isOver() {
      return filter.isOver;
    },
    lines: (snapshot) => {
      writer.enterDelivery?.();
      filter.enterDelivery();
      let text = '';
      for (let i = 0; i < core.records.count; i++) if (filter.passes(i)) text += writer.line(i, snapshot);
      return Buffer.from(text, writer.encoding);
    },
  };
}

function lineWriter(core: Core, format: EventFormat, stacks: boolean | undefined): LineWriter {
  if (format === 'go') return goWriter(core, stacks ?? true);
  const facts = new EventFactsReader(core, { stacks: stacks ?? true });
  const detail = stacks === undefined ? 'leaf' : stacks ? 'frames' : 'none';
  return {
    encoding: 'utf8',
    enterGeneration: () => facts.enterGeneration(),
    enterDelivery: () => facts.enterDelivery(),
    line: (i, snapshot) => {
      const event = facts.event(i, snapshot);
      return `${format === 'json' ? exactJson(event) : eventLine(event, detail)}\n`;
    },
  };
}

function goWriter(core: Core, stacks: boolean): LineWriter {
  const go = new GoText(core);
  return {
    encoding: 'latin1',
    enterGeneration: () => go.enterGeneration(),
    line: (i, snapshot) => {
      const text = go.event(i, snapshot);
      return stacks ? text : text.slice(0, text.indexOf('\n') + 1);
    },
  };
}
