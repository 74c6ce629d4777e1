import type { Diagnostic } from '#common/diagnostics.ts';
import { generationId } from '#common/ids.ts';
import { bytes } from '#common/units.ts';
import type { TroublePart } from './ordered-trace.ts';

/**
 * `sizeBytes` is absent for a stream: then what lies behind the trouble cannot be counted. What was lost of a compressed trace
 * counts as the file has it, about.
 */
export function diagnosticOf({ trouble, wrapped }: TroublePart, sizeBytes?: number): Diagnostic {
  const { reason, atByte, lostFromByte, code } = trouble;
  const where =
    (wrapped ? ` once ${wrapped.how}` : '') +
    (trouble.generation === undefined ? '' : `, in generation ${trouble.generation}`);
  const scale = wrapped?.scale ?? 1;
  const lost = (sizeBytes ?? Math.round(atByte * scale)) - Math.round(lostFromByte * scale);
  return {
    severity: 'error',
    code,
    sentence: `${reason.slice(0, 1).toUpperCase()}${reason.slice(1)} (byte ${atByte}${where}).`,
    ...(trouble.generation === undefined ? {} : { generation: generationId(Number(trouble.generation)) }),
    atByte: bytes(atByte),
    lostBytes: bytes(Math.max(0, lost)),
  };
}

const cutCodes = ['file-truncated', 'compressed-data-damaged'];

/** Adds what kept the source from giving more: that a trace breaks off there is only the consequence, and replaced by it. */
export function explain(diagnostics: Diagnostic[], trouble: Diagnostic): void {
  const cut = diagnostics.find(({ code }) => cutCodes.includes(code));
  if (!cut) diagnostics.push(trouble);
  else
    diagnostics[diagnostics.indexOf(cut)] = {
      ...cut,
      ...trouble,
      lostBytes: bytes(Math.max(trouble.lostBytes, cut.lostBytes)),
    };
}
