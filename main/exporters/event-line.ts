/** An event as readable text: when, where, what. */
import { exactJson } from '#common/exact-json.ts';
import type { EventFrame, Integer, TraceEvent } from './trace-event.ts';

export type StackDetail = 'none' | 'leaf' | 'frames';

/** `     0.001252096 s  M12     P3      G18     GoBlock              subjectGoroutine=18 from=Running … at main.work` */
export function eventLine(event: TraceEvent, stacks: StackDetail): string {
  const { timeNs, event: name, thread, processor, goroutine } = event;
  const where = place('M', thread) + place('P', processor) + place('G', goroutine);
  const line = `${seconds(timeNs)}  ${where}${name.padEnd(20)} ${factsText(event)}`;
  const stack = 'stack' in event ? event.stack : undefined;
  const newStack = 'newStack' in event ? event.newStack : undefined;
  switch (stacks) {
    case 'none':
      return line;
    case 'leaf': {
      const at = stack ? ` at ${stack[0]?.function ?? '(empty stack)'}` : '';
      return `${line}${at}${newStack ? ` new ${newStack.at(-1)?.function ?? ''}` : ''}`;
    }
    case 'frames':
      return [
        line,
        ...(stack?.map(frameLine) ?? []),
        ...(newStack ? ['      new goroutine:', ...newStack.map(frameLine)] : []),
      ].join('\n');
  }
}

const place = (letter: string, id: Integer | null): string =>
  (id === null ? '-' : `${letter}${id}`).padEnd(8);

/** `subjectGoroutine=18 from=Running to=Waiting reason="chan receive"` */
export const factsText = (event: TraceEvent): string =>
  factsOf(event)
    .map(([key, value]) => `${key}=${plain(value)}`)
    .join(' ');

const columns: ReadonlySet<string> = new Set(['timeNs', 'event', 'thread', 'processor', 'goroutine']);

/** What when, where and the name do not say already, without stacks. */
export const factsOf = (event: TraceEvent): readonly (readonly [name: string, value: unknown])[] => {
  const { goroutine, processor, kind } = event;
  return Object.entries(event)
    .filter(([key]) => !columns.has(key))
    .filter(([key, value]) => {
      if (key === 'kind' || key === 'stack' || key === 'newStack' || value === null) return false;
      if (kind === 'StateTransition') return true;
      return (
        !(key === 'subjectGoroutine' && value === goroutine) &&
        !(key === 'subjectProcessor' && value === processor)
      );
    });
};

const plain = (value: unknown): string =>
  typeof value === 'string' && /^[\w./:()*-]+$/.test(value) ? value : exactJson(value);

const frameLine = ({ function: name, file, line }: EventFrame): string => `        ${name}  ${file}:${line}`;

const seconds = (ns: number): string => `${(ns / 1e9).toFixed(9).padStart(14)} s`;
