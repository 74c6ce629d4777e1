import { describe, expect, it } from 'vitest';
import type { GenerationFacts } from '#common/analyses/goroutine-results.ts';
import type { Diagnostic } from '#common/diagnostics.ts';
import { generationId } from '#common/ids.ts';
import { bytes, traceNs } from '#common/units.ts';
import { filePartsOf, partCommands } from './file-parts.ts';

const generation = (number: number, from: number, until: number): GenerationFacts => ({
  generation: generationId(number),
  startNs: traceNs(0),
  untilNs: traceNs(1),
  startByte: bytes(from),
  untilByte: bytes(until),
  events: 10,
});
const two = [generation(1, 16, 63_508), generation(2, 63_508, 82_883)];
const cut = (number: number, sentence = 'The file ends inside a batch.'): Diagnostic => ({
  severity: 'error',
  code: 'file-truncated',
  sentence,
  generation: generationId(number),
  atByte: bytes(86_149),
  lostBytes: bytes(17_117),
});

describe('the parts of a file', () => {
  it('are its generations, where all of it was read', () => {
    expect(filePartsOf(two, [], bytes(82_883), false)).toEqual({
      parts: [
        { reading: 'read', generation: 1, from: 16, until: 63_508 },
        { reading: 'read', generation: 2, from: 63_508, until: 82_883 },
      ],
      troubles: [],
      total: 82_883,
      isUnpacked: false,
    });
  });

  it('are also what was not used behind them, with the place where it is wrong', () => {
    const { parts, troubles, total } = filePartsOf(two, [cut(3)], bytes(100_000), false);
    expect(parts.at(-1)).toEqual({ reading: 'not used', from: 82_883, until: 100_000 });
    expect([troubles, total]).toEqual([[86_149], 100_000]);
  });

  it('tell of a generation that could be read in part', () => {
    const { parts } = filePartsOf(two, [cut(2)], bytes(100_000), false);
    expect(parts.map(({ reading }) => reading)).toEqual(['read', 'in part', 'not used']);
  });

  it('are places of what was unpacked, where the file is compressed', () => {
    expect(filePartsOf(two, [], bytes(40_000), false)).toMatchObject({ total: 82_883, isUnpacked: true });
    const broken = filePartsOf(two, [cut(3, 'It ends (byte 86149 once unpacked).')], bytes(44_284), false);
    expect(broken).toMatchObject({ total: 86_149, isUnpacked: true });
  });

  it('do not say that the rest is lost while the file is read', () => {
    expect(filePartsOf(two, [], bytes(100_000), true).parts).toHaveLength(2);
  });

  it('are drawn in proportion, with numbers where they fit', () => {
    const list = partCommands(filePartsOf(two, [cut(3)], bytes(100_000), false), 1002);
    expect(list.flatMap((one) => (one.kind === 'text' ? [one.text] : []))).toEqual(['1', '2']);
    const marks = list.filter((one) => one.kind === 'rect' && one.fill === 'danger');
    expect(marks).toMatchObject([{ x: 1 + 861.49 - 1.5 }]);
  });
});
