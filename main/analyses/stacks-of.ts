/** The frames of many stacks: most of them share their outer frames, which are read once. */
import type { StacksOf } from '#common/analyses/timeline-details.ts';
import type { FrameRecord, TraceReader } from '#db/reader.ts';

export function stacksOf(reader: TraceReader, stacks: readonly number[]): StacksOf {
  const frames = new Map<number, FrameRecord>();
  const frameOf = (ix: number): FrameRecord => {
    const frame = frames.get(ix) ?? reader.frame(ix);
    frames.set(ix, frame);
    return frame;
  };
  return { stacks: stacks.map((stack) => reader.stackFrames(stack).map(frameOf)) };
}
