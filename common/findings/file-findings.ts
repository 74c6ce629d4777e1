import { inThrees } from '../quantity-text.ts';
import { bytes } from '../units.ts';
import type { Finding, Observed } from './finding.ts';

export function troubleInFile({ diagnostics }: Observed): Finding | undefined {
  const [worst] = [...diagnostics].sort(
    (a, b) => Number(b.severity === 'error') - Number(a.severity === 'error') || b.lostBytes - a.lostBytes,
  );
  if (!worst) return undefined;
  const more = diagnostics.length - 1;
  return {
    rule: 'trouble-in-file',
    severity: worst.severity === 'error' ? 'problem' : 'note',
    weight: 1,
    title: 'Not all of the file could be read',
    text: [
      worst.sentence,
      ...(more > 0 ? [` ${inThrees(more)} more ${more === 1 ? 'thing' : 'things'} beside.`] : []),
    ],
    figure: { kind: 'size', size: bytes(diagnostics.reduce((sum, { lostBytes }) => sum + lostBytes, 0)) },
    figureName: 'not used',
    link: { page: 'diagnostics' },
  };
}
