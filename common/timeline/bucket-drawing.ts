import { stateClasses } from '../goroutine-state.ts';
import type { Box, DrawCommand, Ink } from './draw-list.ts';
import { tint } from './state-form.ts';

const classCount = stateClasses.length;

/**
 * One column of a picture in shares: the states stacked from the floor up, every state that is present at least one pixel
 * tall, waits tinted under a solid edge. No labels, gaps or rounding: the form tells shares from exact spans.
 *
 *     shares of column 2 begin at shares[2 * 9]
 */
export function bucketCommands(shares: Float32Array, column: number, box: Box): DrawCommand[] {
  const first = column * classCount;
  const present = stateClasses.filter((_, index) => shares[first + index]! > 0);
  const free = box.h - present.length;
  const commands: DrawCommand[] = [];
  let floor = box.y + box.h;
  for (const state of present) {
    const h = 1 + free * Math.min(1, shares[first + stateClasses.indexOf(state)]!);
    const part = { x: box.x, y: floor - h, w: box.w, h };
    const fill: Ink = `state-${state}`;
    const strength = state === 'gc' ? undefined : tint[state];
    if (strength === undefined || h <= 2.5) commands.push({ kind: 'rect', ...part, fill });
    else {
      commands.push(
        { kind: 'rect', ...part, fill, alpha: strength + 0.12 },
        { kind: 'rect', ...part, h: 1.5, fill },
      );
    }
    floor -= h;
  }
  return commands;
}

/** The rectangles that a `columns` command stands for: for painters that know no columns, such as a vector file's. */
export function columnCommands(command: Extract<DrawCommand, { kind: 'columns' }>): DrawCommand[] {
  const commands: DrawCommand[] = [];
  const columns = command.shares.length / classCount;
  for (let column = 0; column < columns; column++) {
    const box = { x: command.x + column, y: command.y, w: 1, h: command.h };
    commands.push(...bucketCommands(command.shares, column, box));
  }
  return commands;
}
