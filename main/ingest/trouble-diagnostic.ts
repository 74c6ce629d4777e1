import type { Diagnostic } from '#common/diagnostics.ts';
import { generationId } from '#common/ids.ts';
import { bytes } from '#common/units.ts';
import type { TracePart } from './ordered-trace.ts';

/** `sizeBytes` is absent for a stream: then what lies behind the trouble cannot be counted. */
export function diagnosticOf(part: TracePart & { kind: 'trouble' }, sizeBytes?: number): Diagnostic {
  const { trouble } = part;
  const where = trouble.generation === undefined ? '' : `, in generation ${trouble.generation}`;
  return {
    severity: 'error',
    code: trouble.code,
    sentence: `${trouble.reason.slice(0, 1).toUpperCase()}${trouble.reason.slice(1)} (byte ${trouble.atByte}${where}).`,
    ...(trouble.generation === undefined ? {} : { generation: generationId(Number(trouble.generation)) }),
    atByte: bytes(trouble.atByte),
    lostBytes: bytes(Math.max(0, (sizeBytes ?? trouble.atByte) - trouble.lostFromByte)),
  };
}
