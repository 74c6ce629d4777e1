import { describe, expect, it } from 'vitest';
import { stateClasses, type StateClass } from '../goroutine-state.ts';
import { bucketCommands } from './bucket-drawing.ts';

const box = { x: 5, y: 0, w: 1, h: 30 };

function column(shares: Partial<Record<StateClass, number>>): Float32Array {
  return Float32Array.from(stateClasses, (state) => shares[state] ?? 0);
}

const solid = (shares: Partial<Record<StateClass, number>>) =>
  bucketCommands(column(shares), 0, box).flatMap((command) => (command.kind === 'rect' ? [command] : []));

describe('a bucket', () => {
  it('stacks the states from the floor up', () => {
    const [running, runnable] = solid({ running: 0.5, runnable: 0.5 });
    expect(running).toEqual({ kind: 'rect', x: 5, y: 15, w: 1, h: 15, fill: 'state-running' });
    expect(runnable).toEqual({ kind: 'rect', x: 5, y: 0, w: 1, h: 15, fill: 'state-runnable' });
  });

  it('gives every state that is present at least a pixel', () => {
    const commands = solid({ running: 1e-6, syscall: 1e-6, gc: 1 - 2e-6 });
    expect(commands.map(({ h }) => Math.round(h * 100) / 100)).toEqual([1, 1, 28]);
  });

  it('tints waits under a solid edge', () => {
    expect(solid({ network: 1 })).toMatchObject([
      { y: 0, h: 30, fill: 'state-network', alpha: 0.38 },
      { y: 0, h: 1.5, fill: 'state-network' },
    ]);
  });

  it('leaves free what the goroutine did not live', () => {
    expect(solid({ running: 0.25 })).toEqual([
      { kind: 'rect', x: 5, y: 21.75, w: 1, h: 8.25, fill: 'state-running' },
    ]);
    expect(solid({})).toEqual([]);
  });

  it('reads the shares of its own column', () => {
    const two = Float32Array.from([...column({ running: 1 }), ...column({ sleep: 1 })]);
    expect(bucketCommands(two, 1, box)[0]).toMatchObject({ fill: 'state-sleep' });
  });
});
